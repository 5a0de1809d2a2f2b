# Plants: a property that names a class in place of a module

PREFIX danao: <https://w3id.org/danao/ns#>
PREFIX rdfs:  <http://www.w3.org/2000/01/rdf-schema#>

DELETE { danao:weight rdfs:isDefinedBy ?value }
WHERE { danao:weight rdfs:isDefinedBy ?value } ;
INSERT DATA { danao:weight rdfs:isDefinedBy danao:Element }
