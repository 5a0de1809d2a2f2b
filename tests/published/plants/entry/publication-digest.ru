# Plants: a publication without digest

PREFIX danao:   <https://w3id.org/danao/ns#>

DELETE { ?node danao:publicDigest ?value }
WHERE { SELECT ?node ?value WHERE { ?node a danao:Publication ; danao:publicDigest ?value } ORDER BY ?node ?value LIMIT 1 }
