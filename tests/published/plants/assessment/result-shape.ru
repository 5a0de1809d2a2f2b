# Plants: a result of no shape

PREFIX sh:      <http://www.w3.org/ns/shacl#>

DELETE { ?node sh:sourceShape ?value }
WHERE { SELECT ?node ?value WHERE { ?node a sh:ValidationResult ; sh:sourceShape ?value } ORDER BY ?node ?value LIMIT 1 }
