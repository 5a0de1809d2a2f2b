# Plants: a partition of two classes

PREFIX void:    <http://rdfs.org/ns/void#>

INSERT { ?node void:class <urn:x> }
WHERE { SELECT ?node ?value WHERE { ?node void:class ?value } ORDER BY ?node LIMIT 1 }
