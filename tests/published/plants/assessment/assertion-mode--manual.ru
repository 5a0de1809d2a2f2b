# Plants: an assertion that says it was made by hand

PREFIX earl:    <http://www.w3.org/ns/earl#>

DELETE { ?node earl:mode ?value }
INSERT { ?node earl:mode earl:manual }
WHERE { SELECT ?node ?value WHERE { ?node a earl:Assertion ; earl:mode ?value } ORDER BY ?node ?value LIMIT 1 }
