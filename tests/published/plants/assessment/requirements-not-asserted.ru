# Plants: an assertion that is gone

PREFIX earl:    <http://www.w3.org/ns/earl#>

DELETE { ?node ?property ?value }
WHERE { { SELECT ?node WHERE { ?node a earl:Assertion } ORDER BY ?node LIMIT 1 } ?node ?property ?value }
