# Plants: a related concept that is above (S27)

PREFIX danao:   <https://w3id.org/danao/ns#>
PREFIX skos:    <http://www.w3.org/2004/02/skos/core#>

INSERT DATA { danao:Fulfilment skos:related <urn:x> ; skos:broader <urn:y> . <urn:y> skos:broader <urn:x> }
