# Plants: a time without zone

PREFIX danao:   <https://w3id.org/danao/ns#>
PREFIX prov:    <http://www.w3.org/ns/prov#>
PREFIX xsd:     <http://www.w3.org/2001/XMLSchema#>

DELETE { ?node prov:generatedAtTime ?value }
INSERT { ?node prov:generatedAtTime "2026-01-01T00:00:00"^^xsd:dateTime }
WHERE { SELECT ?node ?value WHERE { ?node a danao:Submission ; prov:generatedAtTime ?value } ORDER BY ?node ?value LIMIT 1 }
