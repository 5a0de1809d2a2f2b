# Plants: a dataset without void:classes

PREFIX void:    <http://rdfs.org/ns/void#>

DELETE { ?node void:classes ?value }
WHERE { SELECT ?node ?value WHERE { ?node a void:Dataset ; void:classes ?value } ORDER BY ?node ?value LIMIT 1 }
