"""Where the shipped ontology, shapes and rules are: in the wheel, or in the checkout the package runs from."""

from __future__ import annotations

from pathlib import Path

FOLDERS = ("ontology", "shapes", "rules")

# These come from the package whatever knowledge folder is used; everything else of FOLDERS is the standard's.
FRAMEWORK = (
    "ontology/framework",
    "ontology/access/framework",
    "shapes/description/framework",
    "shapes/claims",
    "rules/entailment",
    "rules/inference/framework",
    "rules/outcomes",
    "rules/scoring",
    "rules/report",
    "rules/corpus",
    "rules/questions/framework",
    "rules/gaps",
    "rules/registry",
    "rules/publishing",
    "rules/catalogue",
    "rules/documents",
    "rules/overview",
)


def data_root() -> Path:
    """The folder that holds ``ontology/``, ``shapes/`` and ``rules/``."""
    package = Path(__file__).resolve().parent
    shipped = package / "_data"
    return shipped if shipped.is_dir() else package.parents[1]


def rule(name: str) -> str:
    """The text of a query of ours by its path below ``rules/``, without suffix."""
    return (data_root() / "rules" / f"{name}.rq").read_text(encoding="utf-8")
