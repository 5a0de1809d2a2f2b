# Plants: a term without an English definition

PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX std:  <https://w3id.org/danao/standard/2025/>

DELETE { std:3-1 skos:definition ?value }
WHERE { std:3-1 skos:definition ?value FILTER(LANG(?value) = "en") }
