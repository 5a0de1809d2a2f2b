# Plants: a report that conforms although it has results

PREFIX sh:      <http://www.w3.org/ns/shacl#>

DELETE { ?node sh:conforms ?value }
INSERT { ?node sh:conforms true }
WHERE { SELECT ?node ?value WHERE { ?node a sh:ValidationReport ; sh:conforms ?value } ORDER BY ?node ?value LIMIT 1 }
