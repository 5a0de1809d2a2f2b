# Plants: a measure dimension (IC-15 to IC-17)

PREFIX danao:   <https://w3id.org/danao/ns#>
PREFIX qb:      <http://purl.org/linked-data/cube#>

INSERT DATA { danao:MetricComponent qb:dimension qb:measureType }
