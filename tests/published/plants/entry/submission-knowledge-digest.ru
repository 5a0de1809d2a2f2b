# Plants: a submission without the digest of its knowledge

PREFIX danao:   <https://w3id.org/danao/ns#>

DELETE { ?node danao:knowledgeDigest ?value }
WHERE { SELECT ?node ?value WHERE { ?node a danao:Submission ; danao:knowledgeDigest ?value } ORDER BY ?node ?value LIMIT 1 }
