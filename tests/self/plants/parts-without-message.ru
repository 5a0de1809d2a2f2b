# Plants: a property shape without an English message

PREFIX sh:    <http://www.w3.org/ns/shacl#>
PREFIX shape: <https://w3id.org/danao/shapes/2025/>

DELETE { shape:6-1-5-trusted-certification-evidence sh:message ?value }
WHERE { shape:6-1-5-trusted-certification-evidence sh:message ?value FILTER(LANG(?value) = "en") }
