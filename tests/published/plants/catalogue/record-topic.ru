# Plants: a record about nothing

PREFIX dcat:    <http://www.w3.org/ns/dcat#>
PREFIX foaf:    <http://xmlns.com/foaf/0.1/>

DELETE { ?node foaf:primaryTopic ?value }
WHERE { SELECT ?node ?value WHERE { ?node a dcat:CatalogRecord ; foaf:primaryTopic ?value } ORDER BY ?node ?value LIMIT 1 }
