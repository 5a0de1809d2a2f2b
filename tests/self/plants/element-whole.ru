# Plants: a scenario under two indicators

PREFIX danao: <https://w3id.org/danao/ns#>
PREFIX std:   <https://w3id.org/danao/standard/2025/>

INSERT DATA { std:6-2-1-a danao:directPartOf std:6-2-2 }
