# Plants: an assertion without earl:subject

PREFIX earl:    <http://www.w3.org/ns/earl#>

DELETE { ?node earl:subject ?value }
WHERE { SELECT ?node ?value WHERE { ?node a earl:Assertion ; earl:subject ?value } ORDER BY ?node ?value LIMIT 1 }
