# Plants: a result without reason

PREFIX danao:   <https://w3id.org/danao/ns#>
PREFIX earl:    <http://www.w3.org/ns/earl#>

DELETE { ?node danao:reason ?value }
WHERE { { SELECT ?node WHERE { ?node a earl:TestResult } ORDER BY ?node LIMIT 1 } ?node danao:reason ?value }
