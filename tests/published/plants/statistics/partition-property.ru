# Plants: a partition of two properties

PREFIX void:    <http://rdfs.org/ns/void#>

INSERT { ?node void:property <urn:x> }
WHERE { SELECT ?node ?value WHERE { ?node void:property ?value } ORDER BY ?node LIMIT 1 }
