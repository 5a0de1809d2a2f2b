# Plants: an indicator without an English label
# Also: concepts-without-label

PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX std:  <https://w3id.org/danao/standard/2025/>

DELETE { std:6-1-5 skos:prefLabel ?value }
WHERE { std:6-1-5 skos:prefLabel ?value FILTER(LANG(?value) = "en") }
