# Plants: a triple more than there are

PREFIX void:    <http://rdfs.org/ns/void#>

DELETE { ?node void:triples ?n }
INSERT { ?node void:triples ?more }
WHERE { ?node a void:Dataset ; void:triples ?n BIND(?n + 1 AS ?more) }
