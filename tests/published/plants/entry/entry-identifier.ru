# Plants: an entry without dcterms:identifier

PREFIX danao:   <https://w3id.org/danao/ns#>
PREFIX dcterms: <http://purl.org/dc/terms/>

DELETE { ?node dcterms:identifier ?value }
WHERE { SELECT ?node ?value WHERE { ?node a danao:Submission ; dcterms:identifier ?value } ORDER BY ?node ?value LIMIT 1 }
