"""Names of the framework and of public vocabularies. No standard and no domain is named in Python."""

DANAO = "https://w3id.org/danao/ns#"
CCCEV = "http://data.europa.eu/m8g/"
DCAT = "http://www.w3.org/ns/dcat#"
DCTERMS = "http://purl.org/dc/terms/"
DQV = "http://www.w3.org/ns/dqv#"
EARL = "http://www.w3.org/ns/earl#"
FOAF = "http://xmlns.com/foaf/0.1/"
ORG = "http://www.w3.org/ns/org#"
OWL = "http://www.w3.org/2002/07/owl#"
PROV = "http://www.w3.org/ns/prov#"
QB = "http://purl.org/linked-data/cube#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
SCHEMA = "https://schema.org/"
SD = "http://www.w3.org/ns/sparql-service-description#"
SH = "http://www.w3.org/ns/shacl#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
SPDX = "http://spdx.org/rdf/terms#"
VANN = "http://purl.org/vocab/vann/"
VOID = "http://rdfs.org/ns/void#"
XSD = "http://www.w3.org/2001/XMLSchema#"

# Prefixes that everyone uses. What stands earlier gives its short names to the JSON-LD context where two have the same.
PUBLIC = {
    "dcterms": DCTERMS,
    "skos": SKOS,
    "cccev": CCCEV,
    "dcat": DCAT,
    "prov": PROV,
    "earl": EARL,
    "sh": SH,
    "rdfs": RDFS,
    "org": ORG,
    "schema": SCHEMA,
    "spdx": SPDX,
    "dqv": DQV,
    "qb": QB,
    "vann": VANN,
    "owl": OWL,
    "rdf": RDF,
    "xsd": XSD,
}

RDF_TYPE = RDF + "type"
RDF_FIRST = RDF + "first"
RDF_REST = RDF + "rest"

KNOWLEDGE_GRAPH = DANAO + "KnowledgeGraph"
DESCRIPTION_GRAPH = DANAO + "DescriptionGraph"
EXAMINATION_GRAPH = DANAO + "ExaminationGraph"
REGISTRY_GRAPH = DANAO + "RegistryGraph"

SOFTWARE = "https://w3id.org/danao/software/"


def local_name(iri: str) -> str:
    """The part of an IRI after its last ``#`` or ``/``."""
    return iri[max(iri.rfind("#"), iri.rfind("/")) + 1 :]
