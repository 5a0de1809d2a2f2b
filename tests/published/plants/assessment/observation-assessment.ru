# Plants: an observation of no assessment (IC-11)

PREFIX danao:   <https://w3id.org/danao/ns#>
PREFIX qb:      <http://purl.org/linked-data/cube#>

DELETE { ?node danao:assessment ?value }
WHERE { SELECT ?node ?value WHERE { ?node a qb:Observation ; danao:assessment ?value } ORDER BY ?node ?value LIMIT 1 }
