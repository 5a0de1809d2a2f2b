# Plants: a submission without the digest of its assessment

PREFIX danao:   <https://w3id.org/danao/ns#>

DELETE { ?node danao:assessmentDigest ?value }
WHERE { SELECT ?node ?value WHERE { ?node a danao:Submission ; danao:assessmentDigest ?value } ORDER BY ?node ?value LIMIT 1 }
