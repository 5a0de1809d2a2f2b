# Plants: an observation of no element (IC-11)
# Also: values-not-measured

PREFIX danao:   <https://w3id.org/danao/ns#>
PREFIX qb:      <http://purl.org/linked-data/cube#>

DELETE { ?node danao:element ?value }
WHERE { SELECT ?node ?value WHERE { ?node a qb:Observation ; danao:element ?value } ORDER BY ?node ?value LIMIT 1 }
