# Plants: a service without formats

PREFIX sd:      <http://www.w3.org/ns/sparql-service-description#>

DELETE { ?node sd:resultFormat ?value }
WHERE { { SELECT ?node WHERE { ?node a sd:Service } ORDER BY ?node LIMIT 1 } ?node sd:resultFormat ?value }
