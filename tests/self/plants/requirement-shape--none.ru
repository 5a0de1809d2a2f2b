# Plants: a requirement whose shape is gone

PREFIX shape: <https://w3id.org/danao/shapes/2025/>

DELETE { shape:6-1-5-trusted-certification ?property ?value }
WHERE { shape:6-1-5-trusted-certification ?property ?value }
