# Plants: a service without endpoint

PREFIX dcat:    <http://www.w3.org/ns/dcat#>

DELETE { ?node dcat:endpointURL ?value }
WHERE { SELECT ?node ?value WHERE { ?node a dcat:DataService ; dcat:endpointURL ?value } ORDER BY ?node ?value LIMIT 1 }
