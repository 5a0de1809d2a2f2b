# Plants: a dataset of no publisher

PREFIX dcat:    <http://www.w3.org/ns/dcat#>
PREFIX dcterms: <http://purl.org/dc/terms/>

DELETE { ?node dcterms:publisher ?value }
WHERE { SELECT ?node ?value WHERE { ?node a dcat:Dataset ; dcterms:publisher ?value } ORDER BY ?node ?value LIMIT 1 }
