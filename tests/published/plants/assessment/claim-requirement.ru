# Plants: a claim without danao:requirement

PREFIX danao:   <https://w3id.org/danao/ns#>

DELETE { ?node danao:requirement ?value }
WHERE { SELECT ?node ?value WHERE { ?node a danao:Claim ; danao:requirement ?value } ORDER BY ?node ?value LIMIT 1 }
