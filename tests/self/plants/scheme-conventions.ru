# Plants: a convention that does not say it is one

PREFIX scheme: <https://w3id.org/danao/scheme/>
PREFIX skos:   <http://www.w3.org/2004/02/skos/core#>

DELETE { scheme:default-rounding a ?value }
WHERE { scheme:default-rounding a ?value } ;
INSERT DATA { scheme:default-rounding a skos:Concept }
