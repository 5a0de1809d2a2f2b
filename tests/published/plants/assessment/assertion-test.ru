# Plants: an assertion of no test
# Also: requirements-not-asserted

PREFIX earl:    <http://www.w3.org/ns/earl#>

DELETE { ?node earl:test ?value }
WHERE { SELECT ?node ?value WHERE { ?node a earl:Assertion ; earl:test ?value } ORDER BY ?node ?value LIMIT 1 }
