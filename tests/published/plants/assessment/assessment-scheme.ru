# Plants: an assessment by no scheme

PREFIX danao:   <https://w3id.org/danao/ns#>

DELETE { ?node danao:scheme ?value }
WHERE { SELECT ?node ?value WHERE { ?node a danao:Assessment ; danao:scheme ?value } ORDER BY ?node ?value LIMIT 1 }
