# Plants: an entry without prov:generatedAtTime

PREFIX danao:   <https://w3id.org/danao/ns#>
PREFIX prov:    <http://www.w3.org/ns/prov#>

DELETE { ?node prov:generatedAtTime ?value }
WHERE { SELECT ?node ?value WHERE { ?node a danao:Submission ; prov:generatedAtTime ?value } ORDER BY ?node ?value LIMIT 1 }
