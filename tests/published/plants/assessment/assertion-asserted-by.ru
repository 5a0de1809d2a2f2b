# Plants: an assertion without earl:assertedBy

PREFIX earl:    <http://www.w3.org/ns/earl#>

DELETE { ?node earl:assertedBy ?value }
WHERE { SELECT ?node ?value WHERE { ?node a earl:Assertion ; earl:assertedBy ?value } ORDER BY ?node ?value LIMIT 1 }
