# Plants: a result that is not there

PREFIX sh:      <http://www.w3.org/ns/shacl#>

INSERT { ?node sh:result <urn:x> }
WHERE { SELECT ?node ?value WHERE { ?node a sh:ValidationReport ; sh:result ?value } ORDER BY ?node ?value LIMIT 1 }
