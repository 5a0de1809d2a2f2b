# Plants: a blank node as the publisher of a claim

PREFIX danao:   <https://w3id.org/danao/ns#>
PREFIX dcterms: <http://purl.org/dc/terms/>

INSERT { ?node dcterms:publisher [] }
WHERE { SELECT ?node WHERE { ?node a danao:Claim } ORDER BY ?node LIMIT 1 }
