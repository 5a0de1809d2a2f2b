# Plants: a metric of no kind of result

PREFIX danao:   <https://w3id.org/danao/ns#>

DELETE WHERE { danao:VerifiedPoints danao:result ?kind }
