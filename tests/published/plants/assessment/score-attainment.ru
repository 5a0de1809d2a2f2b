# Plants: an attainment above 1 of a requirement

PREFIX danao:   <https://w3id.org/danao/ns#>
PREFIX dqv:     <http://www.w3.org/ns/dqv#>
PREFIX earl:    <http://www.w3.org/ns/earl#>

DELETE { ?node danao:attainment ?value }
INSERT { ?node danao:attainment 1.5 }
WHERE {
  SELECT ?node ?value
  WHERE { ?node danao:attainment ?value ; danao:standing earl:passed FILTER NOT EXISTS { ?measurement dqv:value ?value ; danao:element ?element . ?node danao:element ?element } }
  ORDER BY ?node LIMIT 1
}
