# Plants: a score of no kind of result, of which there is a measurement
# Also: measurements-that-differ

PREFIX danao:   <https://w3id.org/danao/ns#>

DELETE { ?node danao:result ?value }
WHERE { SELECT ?node ?value WHERE { ?node a danao:Score ; danao:result ?value } ORDER BY ?node ?value LIMIT 1 }
