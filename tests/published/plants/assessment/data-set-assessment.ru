# Plants: a data set of no assessment
# Also: parts-missing

PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX qb:      <http://purl.org/linked-data/cube#>

DELETE { ?node dcterms:isPartOf ?value }
WHERE { SELECT ?node ?value WHERE { ?node a qb:DataSet ; dcterms:isPartOf ?value } ORDER BY ?node ?value LIMIT 1 }
