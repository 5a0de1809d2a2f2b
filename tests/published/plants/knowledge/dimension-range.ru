# Plants: a dimension without range (IC-4)

PREFIX danao:   <https://w3id.org/danao/ns#>
PREFIX rdfs:    <http://www.w3.org/2000/01/rdf-schema#>

DELETE WHERE { danao:element rdfs:range ?range }
