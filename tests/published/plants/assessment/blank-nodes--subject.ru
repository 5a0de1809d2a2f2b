# Plants: a blank node that states something

PREFIX dcterms: <http://purl.org/dc/terms/>

INSERT DATA { [] dcterms:title "nobody" }
