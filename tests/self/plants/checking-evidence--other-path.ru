# Plants: an evidence shape that looks at evidence that does not count

PREFIX danao: <https://w3id.org/danao/ns#>
PREFIX sh:    <http://www.w3.org/ns/shacl#>
PREFIX shape: <https://w3id.org/danao/shapes/2025/>

DELETE { shape:6-1-5-trusted-certification-evidence sh:path ?value }
WHERE { shape:6-1-5-trusted-certification-evidence sh:path ?value } ;
INSERT DATA { shape:6-1-5-trusted-certification-evidence sh:path danao:offersEvidence }
