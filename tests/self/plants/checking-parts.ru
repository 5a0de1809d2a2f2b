# Plants: a property shape without an IRI

PREFIX danao: <https://w3id.org/danao/ns#>
PREFIX sh:    <http://www.w3.org/ns/shacl#>
PREFIX shape: <https://w3id.org/danao/shapes/2025/>

INSERT DATA { shape:6-1-5-trusted-certification sh:property [
    sh:path danao:via ; sh:name "经由"@zh , "via"@en ; sh:message "没有。"@zh , "None."@en ; sh:severity sh:Info ] }
