# Plants: an observation in no data set (IC-1)

PREFIX qb:      <http://purl.org/linked-data/cube#>

DELETE { ?node qb:dataSet ?value }
WHERE { SELECT ?node ?value WHERE { ?node a qb:Observation ; qb:dataSet ?value } ORDER BY ?node ?value LIMIT 1 }
