# Plants: a term without a source

PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX std:     <https://w3id.org/danao/standard/2025/>

DELETE { std:3-1 dcterms:source ?value }
WHERE { std:3-1 dcterms:source ?value }
