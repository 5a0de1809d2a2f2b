# Plants: a shape that targets another requirement as well

PREFIX req:   <https://w3id.org/danao/reading/2025/>
PREFIX sh:    <http://www.w3.org/ns/shacl#>
PREFIX shape: <https://w3id.org/danao/shapes/2025/>

INSERT DATA { shape:6-1-5-trusted-certification sh:targetClass req:6-1-5-trust-verification }
