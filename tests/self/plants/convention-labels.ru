# Plants: a second English label

PREFIX scheme: <https://w3id.org/danao/scheme/>
PREFIX skos:   <http://www.w3.org/2004/02/skos/core#>

INSERT DATA { scheme:default-rounding skos:prefLabel "rounding off"@en }
