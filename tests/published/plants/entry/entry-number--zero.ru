# Plants: an entry before the first

PREFIX danao:   <https://w3id.org/danao/ns#>

DELETE { ?node danao:number ?value }
INSERT { ?node danao:number 0 }
WHERE { SELECT ?node ?value WHERE { ?node a danao:Submission ; danao:number ?value } ORDER BY ?node ?value LIMIT 1 }
