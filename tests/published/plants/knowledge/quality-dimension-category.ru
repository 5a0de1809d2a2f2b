# Plants: a dimension in no category

PREFIX danao:   <https://w3id.org/danao/ns#>
PREFIX dqv:     <http://www.w3.org/ns/dqv#>

DELETE WHERE { danao:Fulfilment dqv:inCategory ?category }
