"""What the public sees of a submission, as an assessment: whatever is told of one is told of it, and can say no more.

Everything in it was published. Its tables come from the same queries as those of any assessment.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from danao.describe import Description
from danao.errors import Text
from danao.examine import Examination, is_default
from danao.namespaces import DANAO, RDF_TYPE, SOFTWARE, local_name
from danao.pipeline import Assessment
from danao.registry.entries import Entry
from danao.registry.holding import Shelf
from danao.registry.record import facts_of
from danao.report import tables
from danao.statements import Graph, Statement, graph_of, lexical, statements_of
from danao.view import KINDS, Standard, both, identity

_TYPE, _SCORE = f"<{RDF_TYPE}>", f"<{DANAO}Score>"
_ROUNDED, _ELEMENT, _RESULT, _REASON = (f"<{DANAO}{name}>" for name in ("roundedTo", "element", "result", "reason"))
_WITHHELD = DANAO + "ReasonWithheld"
_SEAL = "examinationSeal"


@dataclass(frozen=True)
class _Parts:
    """Public statements by what they are about: the project, its examination, scores, the rest of the assessment."""

    description: Graph
    examination: Graph
    scores: Graph
    rest: Graph


def disclosed(entry: Entry, shelf: Shelf) -> Assessment:
    """The public assessment of a publication.

    It has no problems: these may quote what is restricted. Attainments and reasons that are withheld are not there.

    :raises DamagedRegistry: something of it is not there.
    :raises KnowledgeError: this version of the software cannot use its knowledge.
    """
    knowledge = shelf.knowledge(entry.one("listingDigest"))
    facts = facts_of(shelf.record, entry.one("publicDigest"))
    iri, identifier = entry.one("publicAssessment"), entry.one("identifier")
    told = {local_name(one[1][1:-1]): lexical(one[2]) for one in facts.statements if one[0] == f"<{iri}>"}
    parts = _parted(facts.statements, (iri, shelf.record.base), told["examination"])
    workspace = knowledge.engine.workspace()
    workspace.add(facts)
    description = Description(
        project=entry.one("of"),
        identifier=identifier,
        home=f"{shelf.record.base}id/{identifier}/",
        source=entry.iri,
        facts=parts.description,
        digest=told["descriptionDigest"],
    )
    examined = _SEAL in told or not is_default(parts.examination)
    examination = Examination(
        told["examination"], entry.iri if examined else None, parts.examination, told["examinationDigest"]
    )
    graphs = {"scores": parts.scores, "outcomes": parts.rest}
    return Assessment(iri, description, examination, knowledge, (), graphs, tables(workspace, knowledge))


def _parted(statements: Sequence[Statement], places: tuple[str, str], examination: str) -> _Parts:
    """Statements by what they are about; ``places`` are the assessment and the base of the deployment.

    What an examination refers to stands in the description.
    """
    assessment, base = places
    own = (f"<{assessment}>", f"<{assessment}/", f"<{base}graph/", f"<{SOFTWARE}")
    scores = {one[0] for one in statements if one[2] == _SCORE and one[1] == _TYPE}
    results = [one for one in statements if one[0].startswith(own)]
    inputs = [one for one in statements if not one[0].startswith(own)]
    return _Parts(
        description=graph_of([one for one in inputs if one[0] != f"<{examination}>"]),
        examination=graph_of([one for one in inputs if one[0] == f"<{examination}>"]),
        scores=graph_of([one for one in results if one[0] in scores]),
        rest=graph_of([one for one in results if one[0] not in scores]),
    )


def rounded(assessment: Assessment) -> Collection[tuple[str, str]]:
    """The elements and kinds of result of a public assessment whose points are not exact."""
    scores = statements_of(assessment.graphs["scores"])
    rough = {one[0] for one in scores if one[1] == _ROUNDED}
    if not rough:
        return frozenset()
    stated = {(one[0], one[1]): one[2][1:-1] for one in scores if one[0] in rough}
    return frozenset((stated[node, _ELEMENT], local_name(stated[node, _RESULT])) for node in rough)


def disclosure(assessment: Assessment, standard: Standard) -> dict[str, Any]:
    """What is not told of a public assessment, as plain data: elements whose points are rounded, withheld reasons."""
    rough = rounded(assessment)
    steps = {lexical(one[2]) for one in statements_of(assessment.graphs["scores"]) if one[1] == _ROUNDED}
    return {
        "note": both(_NOTE),
        "roundedTo": int(max(steps)) if steps else None,
        "rounded": [
            identity(iri, standard) | {"results": kinds}
            for iri, _ in standard.walk()
            if (kinds := [kind for kind in KINDS if (iri, kind) in rough])
        ],
        "withheldReasons": _withheld_reasons(assessment),
    }


_NOTE = Text(
    "这里只有公开的内容：限制公开的理由不列出，限制公开的度量背后的得分取整。",
    "This is what is public: reasons that rest on restricted things are withheld, and points behind restricted metrics "
    "are rounded.",
)


def _withheld_reasons(assessment: Assessment) -> dict[str, int]:
    """How many outcomes of each kind of result have a reason that is not told."""
    rows = [row for row in assessment.tables["outcomes"] if row["reason"] is not None]
    found = Counter(local_name(row["result"].value) for row in rows if row["reason"].value == _WITHHELD)
    return {kind: found[kind] for kind in KINDS}
