# Plants: a service without endpoint

PREFIX sd:      <http://www.w3.org/ns/sparql-service-description#>

DELETE { ?node sd:endpoint ?value }
WHERE { SELECT ?node ?value WHERE { ?node a sd:Service ; sd:endpoint ?value } ORDER BY ?node ?value LIMIT 1 }
