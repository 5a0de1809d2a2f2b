# Plants: the time of a run

PREFIX prov:    <http://www.w3.org/ns/prov#>
PREFIX xsd:     <http://www.w3.org/2001/XMLSchema#>

INSERT { ?run prov:startedAtTime "2026-01-01T00:00:00Z"^^xsd:dateTime }
WHERE { ?run a prov:Activity }
