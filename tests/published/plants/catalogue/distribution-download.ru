# Plants: a distribution with two addresses to download

PREFIX dcat:    <http://www.w3.org/ns/dcat#>

INSERT { ?node dcat:downloadURL <urn:x> }
WHERE { SELECT ?node ?value WHERE { ?node a dcat:Distribution ; dcat:downloadURL ?value } ORDER BY ?node ?value LIMIT 1 }
