# Plants: a severity that SHACL does not have

PREFIX sh:      <http://www.w3.org/ns/shacl#>

DELETE { ?node sh:resultSeverity ?value }
INSERT { ?node sh:resultSeverity <urn:severity> }
WHERE { SELECT ?node ?value WHERE { ?node a sh:ValidationResult ; sh:resultSeverity ?value } ORDER BY ?node ?value LIMIT 1 }
