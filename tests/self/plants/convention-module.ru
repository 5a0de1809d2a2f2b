# Plants: a band that no module defines

PREFIX rdfs:   <http://www.w3.org/2000/01/rdf-schema#>
PREFIX scheme: <https://w3id.org/danao/scheme/>

DELETE { scheme:default-band-good rdfs:isDefinedBy ?value }
WHERE { scheme:default-band-good rdfs:isDefinedBy ?value }
