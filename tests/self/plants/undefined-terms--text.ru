# Plants: a message that names a property that is none

PREFIX danao: <https://w3id.org/danao/ns#>
PREFIX sh:    <http://www.w3.org/ns/shacl#>

INSERT DATA { danao:MetricTargetShape sh:message "Add danao:goal."@en }
