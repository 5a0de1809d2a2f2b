# Plants: an entry without danao:submittedBy

PREFIX danao:   <https://w3id.org/danao/ns#>

DELETE { ?node danao:submittedBy ?value }
WHERE { SELECT ?node ?value WHERE { ?node a danao:Submission ; danao:submittedBy ?value } ORDER BY ?node ?value LIMIT 1 }
