# Plants: a second notation

PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX std:  <https://w3id.org/danao/standard/2025/>

INSERT DATA { std:6-1-5 skos:notation "6.1.5.0" }
