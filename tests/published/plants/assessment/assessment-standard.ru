# Plants: an assessment by no standard

PREFIX danao:   <https://w3id.org/danao/ns#>
PREFIX dcterms: <http://purl.org/dc/terms/>

DELETE { ?node dcterms:conformsTo ?value }
WHERE { SELECT ?node ?value WHERE { ?node a danao:Assessment ; dcterms:conformsTo ?value } ORDER BY ?node ?value LIMIT 1 }
