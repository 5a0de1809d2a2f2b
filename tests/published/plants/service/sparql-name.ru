# Plants: a named graph without name

PREFIX sd:      <http://www.w3.org/ns/sparql-service-description#>

DELETE { ?node sd:name ?value }
WHERE { SELECT ?node ?value WHERE { ?node a sd:NamedGraph ; sd:name ?value } ORDER BY ?node ?value LIMIT 1 }
