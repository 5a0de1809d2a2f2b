# Plants: a record without a time

PREFIX dcat:    <http://www.w3.org/ns/dcat#>
PREFIX dcterms: <http://purl.org/dc/terms/>

DELETE { ?node dcterms:modified ?value }
WHERE { SELECT ?node ?value WHERE { ?node a dcat:CatalogRecord ; dcterms:modified ?value } ORDER BY ?node ?value LIMIT 1 }
