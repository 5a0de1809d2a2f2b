# Plants: a metric without a direction

PREFIX danao: <https://w3id.org/danao/ns#>
PREFIX req:   <https://w3id.org/danao/reading/2025/>

DELETE { req:6-4-6-procurement-cost danao:direction ?value }
WHERE { req:6-4-6-procurement-cost danao:direction ?value }
