# Plants: a measurement of a metric that is not declared
# Also: values-not-measured

PREFIX dqv:     <http://www.w3.org/ns/dqv#>

DELETE { ?node dqv:isMeasurementOf ?value }
INSERT { ?node dqv:isMeasurementOf <urn:metric> }
WHERE { SELECT ?node ?value WHERE { ?node a dqv:QualityMeasurement ; dqv:isMeasurementOf ?value } ORDER BY ?node ?value LIMIT 1 }
