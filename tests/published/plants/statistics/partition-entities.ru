# Plants: a partition without number

PREFIX void:    <http://rdfs.org/ns/void#>

DELETE { ?node void:entities ?n }
WHERE { { SELECT ?node ?value WHERE { ?node void:class ?value } ORDER BY ?node LIMIT 1 } ?node void:entities ?n }
