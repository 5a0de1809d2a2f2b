# Plants: an assertion that is neither self-assessed nor verified
# Also: requirements-not-asserted

PREFIX danao:   <https://w3id.org/danao/ns#>
PREFIX earl:    <http://www.w3.org/ns/earl#>

DELETE { ?node danao:result ?value }
WHERE { SELECT ?node ?value WHERE { ?node a earl:Assertion ; danao:result ?value } ORDER BY ?node ?value LIMIT 1 }
