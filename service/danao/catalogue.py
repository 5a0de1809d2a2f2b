"""The catalogue of a registry: DCAT 3 of its entries, one by one, statistics in VoID, and the SPARQL service.

Addresses: ``<base>catalogue`` is for the office, ``<base>catalogue/public`` for everyone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from pyoxigraph import Literal, NamedNode

from danao.engine.interface import Row
from danao.errors import Text
from danao.knowledge import Knowledge
from danao.namespaces import DCAT, DCTERMS, FOAF, PROV, RDF_TYPE, SD, VOID, XSD, local_name
from danao.publisher import publisher_of
from danao.statements import Facts, Graph, Statement, Term, canonical_term, graph_of, statements_of

# Rows of a query with its parameters, over whatever store holds the graphs.
Select = Callable[[str, Mapping[str, Term]], Sequence[Row]]


@dataclass(frozen=True)
class Deployment:
    """Who publishes, and where: the base of all addresses, ending in ``/``, the publisher, the licence if known."""

    base: str
    publisher: str
    publisher_name: Text
    licence: str | None = None

    def catalogue(self, *, public: bool) -> str:
        """The address of a catalogue."""
        return f"{self.base}catalogue{'/public' if public else ''}"


def catalogue_head(deployment: Deployment, knowledge: Knowledge, *, public: bool) -> Graph:
    """What a catalogue says before it has any entry: titles, publisher, licence, services."""
    context = _context(deployment, public=public)
    name = deployment.publisher_name.as_json()
    named = [(f"<{deployment.publisher}>", f"<{FOAF}name>", str(Literal(name[lang], language=lang))) for lang in name]
    agent = (f"<{deployment.publisher}>", f"<{RDF_TYPE}>", f"<{FOAF}Agent>")
    return _made("catalogue/head", [*context, agent, *named], knowledge, keep=[*context, agent, *named])


def catalogue_entry(
    entry: Facts, deployment: Deployment, knowledge: Knowledge, *, public: bool, previous: str | None = None
) -> Graph:
    """What an entry of the log adds to a catalogue: its dataset with titles, series, distributions and record.

    ``entry`` holds the entry's own facts, and may hold the project's titles. ``previous`` is the dataset of the same
    project that came before, by which a series is read in order. Looks at nothing else, so that the cost does not grow
    with the registry. A withdrawal gives what stays of the dataset; what its publication gave the caller removes.
    """
    stated = [(one, two, canonical_term(three)) for one, two, three in statements_of(entry)]
    nodes = {one[0] for one in stated if one[1] == f"<{PROV}generatedAtTime>"}
    before = [(node, f"<{DCAT}prev>", f"<{previous}>") for node in nodes if previous]
    return _made("catalogue/entry", [*_context(deployment, public=public), *stated, *before], knowledge)


def service_description(endpoint: str, view: str, graphs: Iterable[str], knowledge: Knowledge) -> Graph:
    """SPARQL 1.1 Service Description of an endpoint whose default graph is a view, with its named graphs."""
    kinds = [(endpoint, "Service"), (view, "Graph"), *((graph, "NamedGraph") for graph in sorted(set(graphs)))]
    context = [(f"<{node}>", f"<{RDF_TYPE}>", f"<{SD}{kind}>") for node, kind in kinds]
    return _made("catalogue/service", context, knowledge, keep=context)


def _context(deployment: Deployment, *, public: bool) -> list[Statement]:
    catalogue = f"<{deployment.catalogue(public=public)}>"
    stated = [(catalogue, f"<{RDF_TYPE}>", f"<{DCAT}Catalog>")]
    stated.append((catalogue, f"<{DCTERMS}publisher>", f"<{deployment.publisher}>"))
    if deployment.licence:
        stated.append((catalogue, f"<{DCTERMS}license>", f"<{deployment.licence}>"))
    return stated


def _made(folder: str, context: Sequence[Statement], knowledge: Knowledge, keep: Sequence[Statement] = ()) -> Graph:
    """What the rules of a folder make of statements, in order, with what of these is kept."""
    publisher = publisher_of(knowledge)
    workspace = publisher.small_engine.workspace()
    workspace.add(graph_of(list(dict.fromkeys(context))))
    made = [one for rule in publisher.rules(folder) for one in statements_of(workspace.construct(rule))]
    return graph_of(sorted({*keep, *made}))


# ---- Statistics ----


def statistics(  # noqa: PLR0913 - what VoID says of a data set
    dataset: str,
    graph: str,
    select: Select,
    knowledge: Knowledge,
    *,
    space: str,
    endpoint: str | None = None,
    dumps: Iterable[str] = (),
) -> Graph:
    """VoID of what a graph holds, counted: ``dataset`` is what it is said of, ``space`` what addresses begin with."""
    queries = knowledge.rules["catalogue/statistics"]
    here: dict[str, Term] = {"graph": NamedNode(graph)}
    (counts,) = select(queries["counts"], here)
    (entities,) = select(queries["entities"], {**here, "space": Literal(space)})
    classes, properties = select(queries["classes"], here), select(queries["properties"], here)
    numbers = {
        "triples": counts["triples"].value,
        "entities": entities["entities"].value,
        "distinctSubjects": counts["subjects"].value,
        "distinctObjects": counts["objects"].value,
        "classes": str(len(classes)),
        "properties": str(len(properties)),
    }
    used = {_space(row[name].value) for rows, name in ((classes, "class"), (properties, "property")) for row in rows}
    links = {
        "vocabulary": sorted(used),
        "sparqlEndpoint": [endpoint] if endpoint else [],
        "dataDump": sorted(dumps),
        "exampleResource": [row["example"].value for row in select(queries["example"], here)],
    }
    node = f"<{dataset}>"
    said = [(node, f"<{RDF_TYPE}>", f"<{VOID}Dataset>"), (node, f"<{VOID}uriSpace>", str(Literal(space)))]
    said += [(node, f"<{VOID}{name}>", _integer(number)) for name, number in numbers.items()]
    said += [(node, f"<{VOID}{name}>", f"<{iri}>") for name, iris in links.items() for iri in iris]
    said += _parts(dataset, "class", "entities", classes)
    said += _parts(dataset, "property", "triples", properties)
    return graph_of(sorted(set(said)))


def _parts(dataset: str, name: str, number: str, rows: Iterable[Row]) -> list[Statement]:
    """Partitions of a dataset by class or property, each with an address of its own."""
    found: list[Statement] = []
    for row in rows:
        part = f"<{dataset}#{name}-{_short(row[name].value)}>"
        found.append((f"<{dataset}>", f"<{VOID}{name}Partition>", part))
        found.append((part, f"<{VOID}{name}>", str(row[name])))
        found.append((part, f"<{VOID}{number}>", _integer(row[number].value)))
    return found


def _short(iri: str) -> str:
    """A name that no other IRI of a vocabulary has."""
    return f"{sha256(iri.encode()).hexdigest()[:8]}-{local_name(iri)}"


def _space(iri: str) -> str:
    return iri.removesuffix(local_name(iri))


def _integer(number: str) -> str:
    return f'"{number}"^^<{XSD}integer>'
