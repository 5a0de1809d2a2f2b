# Plants: a data set that is gone

PREFIX qb:      <http://purl.org/linked-data/cube#>

DELETE { ?node ?property ?value }
WHERE { ?node a qb:DataSet ; ?property ?value }
