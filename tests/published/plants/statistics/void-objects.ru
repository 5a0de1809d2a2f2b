# Plants: a dataset without void:distinctObjects

PREFIX void:    <http://rdfs.org/ns/void#>

DELETE { ?node void:distinctObjects ?value }
WHERE { SELECT ?node ?value WHERE { ?node a void:Dataset ; void:distinctObjects ?value } ORDER BY ?node ?value LIMIT 1 }
