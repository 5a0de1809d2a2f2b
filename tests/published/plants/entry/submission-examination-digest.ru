# Plants: a submission without the digest of its examination

PREFIX danao:   <https://w3id.org/danao/ns#>

DELETE { ?node danao:examinationDigest ?value }
WHERE { SELECT ?node ?value WHERE { ?node a danao:Submission ; danao:examinationDigest ?value } ORDER BY ?node ?value LIMIT 1 }
