# Plants: an observation of no project (IC-11)

PREFIX dqv:     <http://www.w3.org/ns/dqv#>
PREFIX qb:      <http://purl.org/linked-data/cube#>

DELETE { ?node dqv:computedOn ?value }
WHERE { SELECT ?node ?value WHERE { ?node a qb:Observation ; dqv:computedOn ?value } ORDER BY ?node ?value LIMIT 1 }
