# Plants: a second Chinese label

PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX std:  <https://w3id.org/danao/standard/2025/>

INSERT DATA { std:6-1-5 skos:prefLabel "另一个名称"@zh }
