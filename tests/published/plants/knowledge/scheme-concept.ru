# Plants: a scheme that is a concept (S9)

PREFIX skos:    <http://www.w3.org/2004/02/skos/core#>

INSERT { ?scheme a skos:Concept }
WHERE { SELECT ?scheme WHERE { ?scheme a skos:ConceptScheme } ORDER BY ?scheme LIMIT 1 }
