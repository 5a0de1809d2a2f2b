# Plants: a result about no node

PREFIX sh:      <http://www.w3.org/ns/shacl#>

DELETE { ?node sh:focusNode ?value }
WHERE { SELECT ?node ?value WHERE { ?node a sh:ValidationResult ; sh:focusNode ?value } ORDER BY ?node ?value LIMIT 1 }
