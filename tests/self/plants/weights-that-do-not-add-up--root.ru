# Plants: a dimension left out of the whole
# Also: element-whole

PREFIX danao: <https://w3id.org/danao/ns#>
PREFIX std:   <https://w3id.org/danao/standard/2025/>

DELETE { std:6-4 danao:directPartOf ?value }
WHERE { std:6-4 danao:directPartOf ?value }
