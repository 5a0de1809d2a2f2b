# Plants: a service without dataset

PREFIX sd:      <http://www.w3.org/ns/sparql-service-description#>

DELETE { ?node sd:defaultDataset ?value }
WHERE { SELECT ?node ?value WHERE { ?node a sd:Service ; sd:defaultDataset ?value } ORDER BY ?node ?value LIMIT 1 }
