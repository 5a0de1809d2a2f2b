# Plants: a withdrawal that says not why

PREFIX danao:   <https://w3id.org/danao/ns#>

DELETE { ?node danao:justification ?value }
WHERE { SELECT ?node ?value WHERE { ?node a danao:Withdrawal ; danao:justification ?value } ORDER BY ?node ?value LIMIT 1 }
