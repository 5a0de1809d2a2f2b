# Plants: a metric without a unit

PREFIX danao: <https://w3id.org/danao/ns#>
PREFIX req:   <https://w3id.org/danao/reading/2025/>

DELETE { req:6-4-6-procurement-cost danao:unit ?value }
WHERE { req:6-4-6-procurement-cost danao:unit ?value }
