# Plants: a dataset of no vocabulary

PREFIX void:    <http://rdfs.org/ns/void#>

DELETE { ?node void:vocabulary ?value }
WHERE { { SELECT ?node WHERE { ?node a void:Dataset } ORDER BY ?node LIMIT 1 } ?node void:vocabulary ?value }
