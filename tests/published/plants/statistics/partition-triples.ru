# Plants: a partition whose number is text

PREFIX void:    <http://rdfs.org/ns/void#>

DELETE { ?node void:triples ?n }
INSERT { ?node void:triples "many" }
WHERE { { SELECT ?node ?value WHERE { ?node void:property ?value } ORDER BY ?node LIMIT 1 } ?node void:triples ?n }
