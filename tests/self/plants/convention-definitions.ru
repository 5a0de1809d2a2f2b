# Plants: a convention without a Chinese definition

PREFIX scheme: <https://w3id.org/danao/scheme/>
PREFIX skos:   <http://www.w3.org/2004/02/skos/core#>

DELETE { scheme:selected-scenarios-rounding skos:definition ?value }
WHERE { scheme:selected-scenarios-rounding skos:definition ?value FILTER(LANG(?value) = "zh") }
