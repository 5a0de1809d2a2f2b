# Plants: a public dataset without dcterms:conformsTo

PREFIX dcat:    <http://www.w3.org/ns/dcat#>
PREFIX dcterms: <http://purl.org/dc/terms/>

DELETE { ?node dcterms:conformsTo ?value }
WHERE { SELECT ?node ?value WHERE { ?node a dcat:Dataset ; dcterms:conformsTo ?value } ORDER BY ?node ?value LIMIT 1 }
