# Plants: software that is no agent

PREFIX prov:    <http://www.w3.org/ns/prov#>

DELETE { ?software a prov:SoftwareAgent }
WHERE { ?software a prov:SoftwareAgent }
