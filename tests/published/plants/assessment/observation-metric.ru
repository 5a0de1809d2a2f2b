# Plants: an observation of no metric (IC-11)
# Also: values-not-measured

PREFIX dqv:     <http://www.w3.org/ns/dqv#>
PREFIX qb:      <http://purl.org/linked-data/cube#>

DELETE { ?node dqv:isMeasurementOf ?value }
WHERE { SELECT ?node ?value WHERE { ?node a qb:Observation ; dqv:isMeasurementOf ?value } ORDER BY ?node ?value LIMIT 1 }
