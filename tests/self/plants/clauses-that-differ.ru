# Plants: a requirement of another clause

PREFIX danao: <https://w3id.org/danao/ns#>
PREFIX req:   <https://w3id.org/danao/reading/2025/>

DELETE { req:6-1-5-trusted-certification danao:clause ?value }
WHERE { req:6-1-5-trusted-certification danao:clause ?value } ;
INSERT DATA { req:6-1-5-trusted-certification danao:clause "6.1.4" }
