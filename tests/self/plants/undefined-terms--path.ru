# Plants: a shape that looks along a property that nothing declares

PREFIX danao: <https://w3id.org/danao/ns#>
PREFIX sh:    <http://www.w3.org/ns/shacl#>

DELETE { danao:MetricTargetShape sh:path ?value }
WHERE { danao:MetricTargetShape sh:path ?value } ;
INSERT DATA { danao:MetricTargetShape sh:path danao:countingGoal }
