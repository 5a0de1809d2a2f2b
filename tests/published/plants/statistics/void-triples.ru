# Plants: a dataset without void:triples

PREFIX void:    <http://rdfs.org/ns/void#>

DELETE { ?node void:triples ?value }
WHERE { SELECT ?node ?value WHERE { ?node a void:Dataset ; void:triples ?value } ORDER BY ?node ?value LIMIT 1 }
