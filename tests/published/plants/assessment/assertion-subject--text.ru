# Plants: a subject that is no IRI

PREFIX earl:    <http://www.w3.org/ns/earl#>

DELETE { ?node earl:subject ?value }
INSERT { ?node earl:subject "a project" }
WHERE { SELECT ?node ?value WHERE { ?node a earl:Assertion ; earl:subject ?value } ORDER BY ?node ?value LIMIT 1 }
