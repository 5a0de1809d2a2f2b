# Plants: a run of no software

PREFIX prov:    <http://www.w3.org/ns/prov#>

DELETE { ?node prov:wasAssociatedWith ?value }
WHERE { SELECT ?node ?value WHERE { ?node a prov:Activity ; prov:wasAssociatedWith ?value } ORDER BY ?node ?value LIMIT 1 }
