# Plants: a second shape for a requirement

PREFIX danao: <https://w3id.org/danao/ns#>
PREFIX req:   <https://w3id.org/danao/reading/2025/>
PREFIX sh:    <http://www.w3.org/ns/shacl#>
PREFIX shape: <https://w3id.org/danao/shapes/2025/>

INSERT DATA { shape:second a sh:NodeShape ; danao:checks req:6-1-5-trusted-certification ; sh:targetClass req:6-1-5-trusted-certification ;
    sh:property shape:6-1-5-trusted-certification-evidence }
