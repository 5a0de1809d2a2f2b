# Plants: a description that is an activity
# Also: run-used
# Also: run-software

PREFIX prov:    <http://www.w3.org/ns/prov#>

INSERT { ?node a prov:Activity }
WHERE { SELECT ?node WHERE { ?run prov:used ?node } ORDER BY ?node LIMIT 1 }
