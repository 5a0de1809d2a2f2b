# Plants: a dataset without dcterms:issued

PREFIX dcat:    <http://www.w3.org/ns/dcat#>
PREFIX dcterms: <http://purl.org/dc/terms/>

DELETE { ?node dcterms:issued ?value }
WHERE { SELECT ?node ?value WHERE { ?node a dcat:Dataset ; dcterms:issued ?value } ORDER BY ?node ?value LIMIT 1 }
