# Plants: an assertion by two assertors

PREFIX earl:    <http://www.w3.org/ns/earl#>

INSERT { ?node earl:assertedBy <urn:x> }
WHERE { SELECT ?node ?value WHERE { ?node a earl:Assertion ; earl:assertedBy ?value } ORDER BY ?node ?value LIMIT 1 }
