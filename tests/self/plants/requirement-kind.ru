# Plants: a requirement without a kind

PREFIX danao: <https://w3id.org/danao/ns#>
PREFIX req:   <https://w3id.org/danao/reading/2025/>

DELETE { req:6-1-5-trusted-certification danao:kind ?value }
WHERE { req:6-1-5-trusted-certification danao:kind ?value }
