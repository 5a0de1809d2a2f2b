# Plants: a dataset after two others

PREFIX dcat:    <http://www.w3.org/ns/dcat#>

INSERT { ?node dcat:prev <urn:x> , <urn:y> }
WHERE { SELECT ?node WHERE { ?node a dcat:Dataset } ORDER BY ?node LIMIT 1 }
