# Plants: a direction without an English label

PREFIX danao: <https://w3id.org/danao/ns#>
PREFIX skos:  <http://www.w3.org/2004/02/skos/core#>

DELETE { danao:Up skos:prefLabel ?value }
WHERE { danao:Up skos:prefLabel ?value FILTER(LANG(?value) = "en") }
