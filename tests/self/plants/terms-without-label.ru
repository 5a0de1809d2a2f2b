# Plants: a class without a Chinese label

PREFIX brain: <https://w3id.org/danao/brain#>
PREFIX rdfs:  <http://www.w3.org/2000/01/rdf-schema#>

DELETE { brain:SmartFactory rdfs:label ?value }
WHERE { brain:SmartFactory rdfs:label ?value FILTER(LANG(?value) = "zh") }
