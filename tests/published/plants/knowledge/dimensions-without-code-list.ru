# Plants: a dimension of concepts without code list (IC-5)

PREFIX danao:   <https://w3id.org/danao/ns#>
PREFIX qb:      <http://purl.org/linked-data/cube#>

DELETE WHERE { danao:element qb:codeList ?list }
