# Plants: a catalogue without a Chinese description

PREFIX dcat:    <http://www.w3.org/ns/dcat#>
PREFIX dcterms: <http://purl.org/dc/terms/>

DELETE { ?node dcterms:description ?value }
WHERE { SELECT ?node ?value WHERE { ?node a dcat:Catalog ; dcterms:description ?value FILTER(LANG(?value) = "zh") } ORDER BY ?node LIMIT 1 }
