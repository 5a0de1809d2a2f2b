# Plants: an exact match that is a related one (S46)

PREFIX danao:   <https://w3id.org/danao/ns#>
PREFIX skos:    <http://www.w3.org/2004/02/skos/core#>

INSERT DATA { danao:Fulfilment skos:exactMatch <urn:x> ; skos:relatedMatch <urn:x> }
