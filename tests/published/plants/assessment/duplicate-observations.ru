# Plants: the same observation at another address (IC-12)

PREFIX qb:      <http://purl.org/linked-data/cube#>

INSERT { <urn:copy> ?property ?value }
WHERE { { SELECT ?node WHERE { ?node a qb:Observation } ORDER BY ?node LIMIT 1 } ?node ?property ?value }
