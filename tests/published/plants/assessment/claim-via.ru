# Plants: a claim without danao:via

PREFIX danao:   <https://w3id.org/danao/ns#>

DELETE { ?node danao:via ?value }
WHERE { SELECT ?node ?value WHERE { ?node a danao:Claim ; danao:via ?value } ORDER BY ?node ?value LIMIT 1 }
