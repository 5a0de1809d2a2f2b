# Plants: an observation of an element that the standard does not have (IC-19)
# Also: measurements-that-differ
# Also: values-not-measured

PREFIX danao:   <https://w3id.org/danao/ns#>
PREFIX qb:      <http://purl.org/linked-data/cube#>

DELETE { ?node danao:element ?value }
INSERT { ?node danao:element <urn:element> }
WHERE { SELECT ?node ?value WHERE { ?node a qb:Observation ; danao:element ?value } ORDER BY ?node ?value LIMIT 1 }
