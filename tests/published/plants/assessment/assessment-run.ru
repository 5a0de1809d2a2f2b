# Plants: an assessment that no run made
# Also: parts-missing

PREFIX danao:   <https://w3id.org/danao/ns#>
PREFIX prov:    <http://www.w3.org/ns/prov#>

DELETE { ?node prov:wasGeneratedBy ?value }
WHERE { SELECT ?node ?value WHERE { ?node a danao:Assessment ; prov:wasGeneratedBy ?value } ORDER BY ?node ?value LIMIT 1 }
