# Plants: an abbreviation without a clause

PREFIX danao: <https://w3id.org/danao/ns#>
PREFIX std:   <https://w3id.org/danao/standard/2025/>

DELETE { std:4-ar danao:clause ?value }
WHERE { std:4-ar danao:clause ?value }
