# Plants: a score of no element, of which there is a measurement
# Also: measurements-that-differ

PREFIX danao:   <https://w3id.org/danao/ns#>

DELETE { ?node danao:element ?value }
WHERE { SELECT ?node ?value WHERE { ?node a danao:Score ; danao:element ?value } ORDER BY ?node ?value LIMIT 1 }
