# Plants: a report that says so in words

PREFIX sh:      <http://www.w3.org/ns/shacl#>

DELETE { ?node sh:conforms ?value }
INSERT { ?node sh:conforms "no" }
WHERE { SELECT ?node ?value WHERE { ?node a sh:ValidationReport ; sh:conforms ?value } ORDER BY ?node ?value LIMIT 1 }
