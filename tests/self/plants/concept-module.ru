# Plants: a factor that no module defines

PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX std:  <https://w3id.org/danao/standard/2025/>

DELETE { std:factor-policy rdfs:isDefinedBy ?value }
WHERE { std:factor-policy rdfs:isDefinedBy ?value }
