# Plants: a dataset without default graph

PREFIX sd:      <http://www.w3.org/ns/sparql-service-description#>

DELETE { ?node sd:defaultGraph ?value }
WHERE { SELECT ?node ?value WHERE { ?node a sd:Dataset ; sd:defaultGraph ?value } ORDER BY ?node ?value LIMIT 1 }
