# Plants: a dataset without void:entities

PREFIX void:    <http://rdfs.org/ns/void#>

DELETE { ?node void:entities ?value }
WHERE { SELECT ?node ?value WHERE { ?node a void:Dataset ; void:entities ?value } ORDER BY ?node ?value LIMIT 1 }
