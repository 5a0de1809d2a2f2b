# Plants: points below 0
# Also: observation-value

PREFIX danao:   <https://w3id.org/danao/ns#>
PREFIX dqv:     <http://www.w3.org/ns/dqv#>

DELETE { ?node danao:points ?value . ?measurement dqv:value ?value }
INSERT { ?node danao:points -1.0 . ?measurement dqv:value -1.0 }
WHERE {
  { SELECT ?node ?element ?value WHERE { ?node danao:points ?value ; danao:element ?element ; danao:result danao:Verified } ORDER BY ?node LIMIT 1 }
  ?measurement danao:element ?element ; dqv:isMeasurementOf danao:VerifiedPoints
}
