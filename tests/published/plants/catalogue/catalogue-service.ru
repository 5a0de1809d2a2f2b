# Plants: a catalogue without services

PREFIX dcat:    <http://www.w3.org/ns/dcat#>

DELETE { ?node dcat:service ?value }
WHERE { { SELECT ?node WHERE { ?node a dcat:Catalog } ORDER BY ?node LIMIT 1 } ?node dcat:service ?value }
