# Plants: a submission without knowledge

PREFIX danao:   <https://w3id.org/danao/ns#>

DELETE { ?node danao:knowledge ?value }
WHERE { SELECT ?node ?value WHERE { ?node a danao:Submission ; danao:knowledge ?value } ORDER BY ?node ?value LIMIT 1 }
