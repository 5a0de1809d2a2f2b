# Plants: a shape that checks an indicator as well

PREFIX danao: <https://w3id.org/danao/ns#>
PREFIX sh:    <http://www.w3.org/ns/shacl#>
PREFIX shape: <https://w3id.org/danao/shapes/2025/>
PREFIX std:   <https://w3id.org/danao/standard/2025/>

INSERT DATA { shape:6-1-5-trusted-certification danao:checks std:6-1-5 ; sh:targetClass std:6-1-5 }
