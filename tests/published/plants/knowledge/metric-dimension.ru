# Plants: a metric in no dimension

PREFIX danao:   <https://w3id.org/danao/ns#>
PREFIX dqv:     <http://www.w3.org/ns/dqv#>

DELETE WHERE { danao:VerifiedPoints dqv:inDimension ?dimension }
