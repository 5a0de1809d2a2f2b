# Plants: a second preferred label in Chinese (S14)

PREFIX danao:   <https://w3id.org/danao/ns#>
PREFIX skos:    <http://www.w3.org/2004/02/skos/core#>

INSERT DATA { danao:Fulfilment skos:prefLabel "达成"@zh }
