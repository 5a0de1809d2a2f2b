# Plants: points that were raised in the cube only

PREFIX danao:   <https://w3id.org/danao/ns#>
PREFIX dqv:     <http://www.w3.org/ns/dqv#>

DELETE { ?node dqv:value ?value }
INSERT { ?node dqv:value ?more }
WHERE {
  { SELECT ?node ?value WHERE { ?node dqv:isMeasurementOf danao:VerifiedPoints ; dqv:value ?value } ORDER BY ?node LIMIT 1 }
  BIND(?value + 0.5 AS ?more)
}
