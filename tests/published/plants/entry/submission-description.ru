# Plants: a submission without description

PREFIX danao:   <https://w3id.org/danao/ns#>

DELETE { ?node danao:description ?value }
WHERE { SELECT ?node ?value WHERE { ?node a danao:Submission ; danao:description ?value } ORDER BY ?node ?value LIMIT 1 }
