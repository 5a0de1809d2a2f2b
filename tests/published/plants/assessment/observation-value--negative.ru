# Plants: a value below 0
# Also: measurements-that-differ

PREFIX dqv:     <http://www.w3.org/ns/dqv#>
PREFIX qb:      <http://purl.org/linked-data/cube#>

DELETE { ?node dqv:value ?value }
INSERT { ?node dqv:value -1.0 }
WHERE { SELECT ?node ?value WHERE { ?node a qb:Observation ; dqv:value ?value } ORDER BY ?node ?value LIMIT 1 }
