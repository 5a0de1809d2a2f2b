# Plants: a run that used two things only

PREFIX prov:    <http://www.w3.org/ns/prov#>

DELETE { ?node prov:used ?value }
WHERE { SELECT ?node ?value WHERE { ?node a prov:Activity ; prov:used ?value } ORDER BY ?node ?value LIMIT 1 }
