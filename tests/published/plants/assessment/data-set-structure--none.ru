# Plants: a data set without structure (IC-2)

PREFIX qb:      <http://purl.org/linked-data/cube#>

DELETE { ?node qb:structure ?value }
WHERE { SELECT ?node ?value WHERE { ?node a qb:DataSet ; qb:structure ?value } ORDER BY ?node ?value LIMIT 1 }
