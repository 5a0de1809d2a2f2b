# Plants: an assessment of no project

PREFIX danao:   <https://w3id.org/danao/ns#>

DELETE { ?node danao:of ?value }
WHERE { SELECT ?node ?value WHERE { ?node a danao:Assessment ; danao:of ?value } ORDER BY ?node ?value LIMIT 1 }
