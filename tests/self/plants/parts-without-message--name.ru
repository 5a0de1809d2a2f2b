# Plants: a property shape without a Chinese name

PREFIX danao: <https://w3id.org/danao/ns#>
PREFIX sh:    <http://www.w3.org/ns/shacl#>

DELETE { danao:CapabilityTitle sh:name ?value }
WHERE { danao:CapabilityTitle sh:name ?value FILTER(LANG(?value) = "zh") }
