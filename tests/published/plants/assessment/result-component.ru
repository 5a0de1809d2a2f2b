# Plants: a result of two components

PREFIX sh:      <http://www.w3.org/ns/shacl#>

INSERT { ?node sh:sourceConstraintComponent sh:XoneConstraintComponent }
WHERE { SELECT ?node ?value WHERE { ?node a sh:ValidationResult ; sh:sourceConstraintComponent ?value } ORDER BY ?node ?value LIMIT 1 }
