# Plants: a named graph that is none

PREFIX sd:      <http://www.w3.org/ns/sparql-service-description#>

INSERT { ?node sd:namedGraph <urn:x> }
WHERE { SELECT ?node ?value WHERE { ?node a sd:Dataset ; sd:namedGraph ?value } ORDER BY ?node ?value LIMIT 1 }
