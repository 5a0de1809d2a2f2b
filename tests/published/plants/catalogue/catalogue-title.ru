# Plants: a catalogue without a Chinese title

PREFIX dcat:    <http://www.w3.org/ns/dcat#>
PREFIX dcterms: <http://purl.org/dc/terms/>

DELETE { ?node dcterms:title ?value }
WHERE { SELECT ?node ?value WHERE { ?node a dcat:Catalog ; dcterms:title ?value FILTER(LANG(?value) = "zh") } ORDER BY ?node LIMIT 1 }
