# Plants: an entry without danao:assessment

PREFIX danao:   <https://w3id.org/danao/ns#>

DELETE { ?node danao:assessment ?value }
WHERE { SELECT ?node ?value WHERE { ?node a danao:Submission ; danao:assessment ?value } ORDER BY ?node ?value LIMIT 1 }
