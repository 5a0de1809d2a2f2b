# Plants: a distribution without address

PREFIX dcat:    <http://www.w3.org/ns/dcat#>

DELETE { ?node dcat:accessURL ?value }
WHERE { SELECT ?node ?value WHERE { ?node a dcat:Distribution ; dcat:accessURL ?value } ORDER BY ?node ?value LIMIT 1 }
