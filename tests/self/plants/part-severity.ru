# Plants: what is not evidenced as a violation

PREFIX sh:    <http://www.w3.org/ns/shacl#>
PREFIX shape: <https://w3id.org/danao/shapes/2025/>

DELETE { shape:6-1-5-trusted-certification-evidence sh:severity ?value }
WHERE { shape:6-1-5-trusted-certification-evidence sh:severity ?value } ;
INSERT DATA { shape:6-1-5-trusted-certification-evidence sh:severity sh:Violation }
