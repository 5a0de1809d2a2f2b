# Plants: a dataset without dcat:inSeries

PREFIX dcat:    <http://www.w3.org/ns/dcat#>

DELETE { ?node dcat:inSeries ?value }
WHERE { SELECT ?node ?value WHERE { ?node a dcat:Dataset ; dcat:inSeries ?value } ORDER BY ?node ?value LIMIT 1 }
