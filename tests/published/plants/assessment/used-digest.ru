# Plants: what was used, without its digest

PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX prov:    <http://www.w3.org/ns/prov#>

DELETE { ?node dcterms:identifier ?value }
WHERE { SELECT ?node ?value WHERE { ?run prov:used ?node . ?node dcterms:identifier ?value } ORDER BY ?node LIMIT 1 }
