# Plants: a dataset without distributions

PREFIX dcat:    <http://www.w3.org/ns/dcat#>

DELETE { ?node dcat:distribution ?value }
WHERE { { SELECT ?node WHERE { ?node a dcat:Dataset } ORDER BY ?node LIMIT 1 } ?node dcat:distribution ?value }
