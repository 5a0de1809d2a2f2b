# Plants: a distribution of no media type

PREFIX dcat:    <http://www.w3.org/ns/dcat#>

DELETE { ?node dcat:mediaType ?value }
WHERE { SELECT ?node ?value WHERE { ?node a dcat:Distribution ; dcat:mediaType ?value } ORDER BY ?node ?value LIMIT 1 }
