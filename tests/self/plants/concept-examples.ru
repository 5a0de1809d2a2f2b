# Plants: an example that is only a space

PREFIX req:  <https://w3id.org/danao/reading/2025/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

DELETE { req:6-1-5-trusted-certification skos:example ?value }
WHERE { req:6-1-5-trusted-certification skos:example ?value FILTER(LANG(?value) = "en") } ;
INSERT DATA { req:6-1-5-trusted-certification skos:example " "@en }
