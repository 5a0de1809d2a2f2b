# Plants: an entry after two others

PREFIX danao:   <https://w3id.org/danao/ns#>

INSERT { ?node danao:previous "sha256:00" }
WHERE { SELECT ?node WHERE { ?node a danao:Submission } ORDER BY ?node LIMIT 1 }
