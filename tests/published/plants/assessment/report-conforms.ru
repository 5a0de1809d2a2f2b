# Plants: a report that does not say whether it conforms

PREFIX sh:      <http://www.w3.org/ns/shacl#>

DELETE { ?node sh:conforms ?value }
WHERE { SELECT ?node ?value WHERE { ?node a sh:ValidationReport ; sh:conforms ?value } ORDER BY ?node ?value LIMIT 1 }
