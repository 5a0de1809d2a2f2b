# Plants: a report of no assessment
# Also: parts-missing

PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX sh:      <http://www.w3.org/ns/shacl#>

DELETE { ?node dcterms:isPartOf ?value }
WHERE { SELECT ?node ?value WHERE { ?node a sh:ValidationReport ; dcterms:isPartOf ?value } ORDER BY ?node ?value LIMIT 1 }
