# Plants: an assessment that is not told to be one

PREFIX danao:   <https://w3id.org/danao/ns#>

DELETE { ?node a danao:Assessment }
WHERE { ?node a danao:Assessment }
