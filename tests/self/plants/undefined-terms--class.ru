# Plants: a requirement in place of which stands another IRI

PREFIX danao: <https://w3id.org/danao/ns#>
PREFIX std:   <https://w3id.org/danao/standard/2025/>

INSERT DATA { std:6-1-5 danao:kind std:6-1-6 }
