# Plants: a dataset without dcterms:accessRights

PREFIX dcat:    <http://www.w3.org/ns/dcat#>
PREFIX dcterms: <http://purl.org/dc/terms/>

DELETE { ?node dcterms:accessRights ?value }
WHERE { SELECT ?node ?value WHERE { ?node a dcat:Dataset ; dcterms:accessRights ?value } ORDER BY ?node ?value LIMIT 1 }
