# Plants: a data set of another structure

PREFIX qb:      <http://purl.org/linked-data/cube#>

DELETE { ?node qb:structure ?value }
INSERT { ?node qb:structure <urn:x> }
WHERE { SELECT ?node ?value WHERE { ?node a qb:DataSet ; qb:structure ?value } ORDER BY ?node ?value LIMIT 1 }
