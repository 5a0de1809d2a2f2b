# Plants: a misspelt term of SHACL

PREFIX danao: <https://w3id.org/danao/ns#>
PREFIX sh:    <http://www.w3.org/ns/shacl#>
PREFIX xsd:   <http://www.w3.org/2001/XMLSchema#>

INSERT DATA { danao:CapabilityTitle sh:dataType xsd:string }
