# Plants: an assessment that is no entity

PREFIX danao:   <https://w3id.org/danao/ns#>
PREFIX prov:    <http://www.w3.org/ns/prov#>

DELETE { ?node a prov:Entity }
WHERE { ?node a danao:Assessment }
