# Plants: a measurement that is gone

PREFIX qb:      <http://purl.org/linked-data/cube#>

DELETE { ?node ?property ?value }
WHERE { { SELECT ?node WHERE { ?node a qb:Observation } ORDER BY ?node LIMIT 1 } ?node ?property ?value }
