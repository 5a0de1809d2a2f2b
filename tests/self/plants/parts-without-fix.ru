# Plants: a property shape without an English fix

PREFIX danao: <https://w3id.org/danao/ns#>

DELETE { danao:CapabilityTitle danao:fix ?value }
WHERE { danao:CapabilityTitle danao:fix ?value FILTER(LANG(?value) = "en") }
