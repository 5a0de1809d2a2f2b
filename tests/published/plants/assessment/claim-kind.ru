# Plants: a claim without danao:result

PREFIX danao:   <https://w3id.org/danao/ns#>

DELETE { ?node danao:result ?value }
WHERE { SELECT ?node ?value WHERE { ?node a danao:Claim ; danao:result ?value } ORDER BY ?node ?value LIMIT 1 }
