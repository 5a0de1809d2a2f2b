# Plants: an alternative label that is the preferred one (S13)

PREFIX danao:   <https://w3id.org/danao/ns#>
PREFIX skos:    <http://www.w3.org/2004/02/skos/core#>

INSERT DATA { danao:Fulfilment skos:altLabel "达成情况"@zh }
