# Plants: an indicator with a point too many

PREFIX danao: <https://w3id.org/danao/ns#>
PREFIX std:   <https://w3id.org/danao/standard/2025/>

DELETE { std:6-4-6 danao:weight ?value }
WHERE { std:6-4-6 danao:weight ?value } ;
INSERT DATA { std:6-4-6 danao:weight 4.0 }
