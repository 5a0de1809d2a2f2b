# Plants: an evidence shape that is content with none

PREFIX sh:    <http://www.w3.org/ns/shacl#>
PREFIX shape: <https://w3id.org/danao/shapes/2025/>

DELETE { shape:6-1-5-trusted-certification-evidence sh:minCount ?value }
WHERE { shape:6-1-5-trusted-certification-evidence sh:minCount ?value }
