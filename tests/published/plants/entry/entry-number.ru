# Plants: an entry without danao:number

PREFIX danao:   <https://w3id.org/danao/ns#>

DELETE { ?node danao:number ?value }
WHERE { SELECT ?node ?value WHERE { ?node a danao:Submission ; danao:number ?value } ORDER BY ?node ?value LIMIT 1 }
