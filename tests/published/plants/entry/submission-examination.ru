# Plants: a submission without examination

PREFIX danao:   <https://w3id.org/danao/ns#>

DELETE { ?node danao:examination ?value }
WHERE { SELECT ?node ?value WHERE { ?node a danao:Submission ; danao:examination ?value } ORDER BY ?node ?value LIMIT 1 }
