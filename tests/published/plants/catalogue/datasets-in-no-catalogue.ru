# Plants: a dataset that the catalogue does not name

PREFIX dcat:    <http://www.w3.org/ns/dcat#>

DELETE { ?node dcat:dataset ?value }
WHERE { SELECT ?node ?value WHERE { ?node a dcat:Catalog ; dcat:dataset ?value } ORDER BY ?node ?value LIMIT 1 }
