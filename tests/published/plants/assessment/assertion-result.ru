# Plants: an assertion without earl:result

PREFIX earl:    <http://www.w3.org/ns/earl#>

DELETE { ?node earl:result ?value }
WHERE { SELECT ?node ?value WHERE { ?node a earl:Assertion ; earl:result ?value } ORDER BY ?node ?value LIMIT 1 }
