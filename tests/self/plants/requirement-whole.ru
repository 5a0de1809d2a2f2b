# Plants: a requirement right below a dimension
# Also: clauses-that-differ

PREFIX danao: <https://w3id.org/danao/ns#>
PREFIX req:   <https://w3id.org/danao/reading/2025/>
PREFIX std:   <https://w3id.org/danao/standard/2025/>

DELETE { req:6-1-5-trusted-certification danao:directPartOf ?value }
WHERE { req:6-1-5-trusted-certification danao:directPartOf ?value } ;
INSERT DATA { req:6-1-5-trusted-certification danao:directPartOf std:6-1 }
