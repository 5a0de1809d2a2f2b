# Plants: a number of subjects below 0

PREFIX void:    <http://rdfs.org/ns/void#>

DELETE { ?node void:distinctSubjects ?value }
INSERT { ?node void:distinctSubjects -1 }
WHERE { ?node void:distinctSubjects ?value }
