# Plants: a result of two paths

PREFIX sh:      <http://www.w3.org/ns/shacl#>

INSERT { ?node sh:resultPath <urn:path> }
WHERE { SELECT ?node ?value WHERE { ?node a sh:ValidationResult ; sh:resultPath ?value } ORDER BY ?node ?value LIMIT 1 }
