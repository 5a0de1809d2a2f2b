# Plants: an assertion without mode

PREFIX earl:    <http://www.w3.org/ns/earl#>

DELETE { ?node earl:mode ?value }
WHERE { SELECT ?node ?value WHERE { ?node a earl:Assertion ; earl:mode ?value } ORDER BY ?node ?value LIMIT 1 }
