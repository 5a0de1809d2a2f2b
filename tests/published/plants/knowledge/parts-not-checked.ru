# Plants: an optional dimension (IC-6)

PREFIX danao:   <https://w3id.org/danao/ns#>
PREFIX qb:      <http://purl.org/linked-data/cube#>

INSERT DATA { danao:ElementComponent qb:componentRequired false }
