# Plants: a property without an English definition

PREFIX danao: <https://w3id.org/danao/ns#>
PREFIX skos:  <http://www.w3.org/2004/02/skos/core#>

DELETE { danao:provides skos:definition ?value }
WHERE { danao:provides skos:definition ?value FILTER(LANG(?value) = "en") }
