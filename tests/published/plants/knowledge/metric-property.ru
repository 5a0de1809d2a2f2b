# Plants: a metric of no property

PREFIX danao:   <https://w3id.org/danao/ns#>

DELETE WHERE { danao:VerifiedPoints danao:scoreProperty ?property }
