# Plants: an observation in two data sets (IC-1)

PREFIX qb:      <http://purl.org/linked-data/cube#>

INSERT { ?node qb:dataSet <urn:x> }
WHERE { SELECT ?node ?value WHERE { ?node a qb:Observation ; qb:dataSet ?value } ORDER BY ?node ?value LIMIT 1 }
