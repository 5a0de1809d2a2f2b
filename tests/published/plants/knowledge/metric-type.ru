# Plants: a metric without a datatype

PREFIX danao:   <https://w3id.org/danao/ns#>
PREFIX dqv:     <http://www.w3.org/ns/dqv#>

DELETE WHERE { danao:VerifiedPoints dqv:expectedDataType ?type }
