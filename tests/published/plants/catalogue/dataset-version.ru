# Plants: a dataset without dcat:version

PREFIX dcat:    <http://www.w3.org/ns/dcat#>

DELETE { ?node dcat:version ?value }
WHERE { SELECT ?node ?value WHERE { ?node a dcat:Dataset ; dcat:version ?value } ORDER BY ?node ?value LIMIT 1 }
