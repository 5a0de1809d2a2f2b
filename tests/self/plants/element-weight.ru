# Plants: an integer for a decimal

PREFIX danao: <https://w3id.org/danao/ns#>
PREFIX std:   <https://w3id.org/danao/standard/2025/>

DELETE { std:6-1-5 danao:weight ?value }
WHERE { std:6-1-5 danao:weight ?value } ;
INSERT DATA { std:6-1-5 danao:weight 6 }
