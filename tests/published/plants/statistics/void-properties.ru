# Plants: a dataset without void:properties

PREFIX void:    <http://rdfs.org/ns/void#>

DELETE { ?node void:properties ?value }
WHERE { SELECT ?node ?value WHERE { ?node a void:Dataset ; void:properties ?value } ORDER BY ?node ?value LIMIT 1 }
