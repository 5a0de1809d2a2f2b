# Plants: a service of no language

PREFIX sd:      <http://www.w3.org/ns/sparql-service-description#>

DELETE { ?node sd:supportedLanguage ?value }
WHERE { { SELECT ?node WHERE { ?node a sd:Service } ORDER BY ?node LIMIT 1 } ?node sd:supportedLanguage ?value }
