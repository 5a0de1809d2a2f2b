# Plants: a submission without the digest of its description

PREFIX danao:   <https://w3id.org/danao/ns#>

DELETE { ?node danao:descriptionDigest ?value }
WHERE { SELECT ?node ?value WHERE { ?node a danao:Submission ; danao:descriptionDigest ?value } ORDER BY ?node ?value LIMIT 1 }
