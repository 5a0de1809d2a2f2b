# Plants: a module without a licence

PREFIX dcterms: <http://purl.org/dc/terms/>

DELETE { <https://w3id.org/danao/alignment/cccev> dcterms:license ?value }
WHERE { <https://w3id.org/danao/alignment/cccev> dcterms:license ?value }
