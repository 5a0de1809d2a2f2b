# Plants: a result without outcome

PREFIX earl:    <http://www.w3.org/ns/earl#>

DELETE { ?node earl:outcome ?value }
WHERE { SELECT ?node ?value WHERE { ?node a earl:TestResult ; earl:outcome ?value } ORDER BY ?node ?value LIMIT 1 }
