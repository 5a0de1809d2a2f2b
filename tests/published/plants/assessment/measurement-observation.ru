# Plants: a measurement that is no observation

PREFIX qb:      <http://purl.org/linked-data/cube#>

DELETE { ?node a qb:Observation }
WHERE { SELECT ?node WHERE { ?node a qb:Observation } ORDER BY ?node LIMIT 1 }
