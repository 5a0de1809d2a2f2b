# Plants: an assessment that no software made

PREFIX danao:   <https://w3id.org/danao/ns#>
PREFIX prov:    <http://www.w3.org/ns/prov#>

DELETE { ?node prov:wasAttributedTo ?value }
WHERE { SELECT ?node ?value WHERE { ?node a danao:Assessment ; prov:wasAttributedTo ?value } ORDER BY ?node ?value LIMIT 1 }
