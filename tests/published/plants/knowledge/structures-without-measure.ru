# Plants: a structure without measure (IC-3)

PREFIX danao:   <https://w3id.org/danao/ns#>
PREFIX qb:      <http://purl.org/linked-data/cube#>

DELETE WHERE { danao:ValueComponent qb:measure ?property }
