"""The documentation holds: made pages are up to date, names are explained, commands run as shown, links resolve."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

import danao
import docs.questions
from danao.cli import app
from danao.cli.declared import Commands
from danao.knowledge import Knowledge
from danao.limits import Limits, limit_names
from danao.questions import questions
from docs.errors import PAGE, page
from tests.pages import FENCE, ROOT, Run, blocks, missing, relative, runs, text_of

SOURCES = sorted(Path(danao.__file__).parent.rglob("*.py"))
README, README_ZH = ROOT / "README.md", ROOT / "README.zh.md"
PAGES = [
    README,
    README_ZH,
    ROOT / "CHANGELOG.md",
    ROOT / "examples" / "README.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]

_LINK = re.compile(r"\[[^]]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"`[^`\n]*`")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_NAME = re.compile(r"[A-Z][a-z]+(?:[A-Z][a-z]*)+")


# ---- docs/pages.md ----


def test_every_picture_of_a_page_is_shown() -> None:
    folder = ROOT / "docs" / "screenshots"
    shown = set(re.findall(r"screenshots/(\S+\.png)", text_of(ROOT / "docs" / "pages.md")))
    assert {str(one.relative_to(folder)) for one in folder.rglob("*.png")} == shown


# ---- docs/errors.md ----


def test_the_page_on_errors_is_what_its_sources_make() -> None:
    assert text_of(PAGE) == page(), "run python docs/errors.py"


def errors() -> set[str]:
    """The errors, by their classes."""
    tree = ast.parse(text_of(Path(danao.__file__).parent / "errors.py"))
    bases = {
        node.name: {base.id for base in node.bases if isinstance(base, ast.Name)}
        for node in tree.body
        if isinstance(node, ast.ClassDef)
    }
    found = {"DanaoError"}
    while more := {name for name, own in bases.items() if name not in found and own & found}:
        found |= more
    return found


def problems(tree: ast.Module) -> Iterator[str]:
    """The names that a module gives to problems: as they are made, or first in a tuple that a problem is made from."""
    made = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and _is_problem(node)]
    names = [_name_argument(node) for node in made]
    yield from (name.value for name in names if isinstance(name, ast.Constant) and isinstance(name.value, str))
    if all(isinstance(name, ast.Constant) for name in names):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Tuple) and node.elts and isinstance(node.elts[0], ast.Constant):
            first = node.elts[0].value
            if isinstance(first, str) and _NAME.fullmatch(first):
                yield first


def _is_problem(node: ast.Call) -> bool:
    return isinstance(node.func, ast.Name) and node.func.id == "Problem"


def _name_argument(node: ast.Call) -> ast.expr:
    return node.args[0] if node.args else next(word.value for word in node.keywords if word.arg == "name")


def test_every_name_raised_in_python_is_explained_and_none_that_is_not() -> None:
    raised = errors() | {name for path in SOURCES for name in problems(ast.parse(text_of(path)))}
    assert {"UnknownTerm", "SharedCapability", "SharedBlankNode", "TooLarge"} <= raised
    head = {name for name in _HEADING.findall(text_of(ROOT / "docs" / "errors-head.md")) if _NAME.fullmatch(name)}
    # A name that a shape has too is explained there.
    explained = _HEADING.findall(text_of(PAGE))
    assert raised - set(explained) == set()
    assert head - raised == set()


def test_no_name_is_explained_twice() -> None:
    names = [name for name in _HEADING.findall(text_of(PAGE)) if _NAME.fullmatch(name)]
    assert sorted(names) == sorted(set(names))


# ---- docs/questions.md ----


def test_the_page_on_questions_is_what_its_sources_make(knowledge: Knowledge) -> None:
    assert text_of(docs.questions.PAGE) == docs.questions.page(knowledge), "run python docs/questions.py"


def test_a_question_that_is_recommended_is_one(knowledge: Knowledge) -> None:
    known = {question.name for question in questions(knowledge)}
    named = {name for path in (*PAGES, *SOURCES) for name in re.findall(r"danao ask ([a-z][a-z-]+)", text_of(path))}
    assert named
    assert named - known == set()


# ---- Commands ----


# What these say is done in a folder of its own, in order: tests/test_tutorial.py.
TUTORIALS = {ROOT / "docs" / name for name in ("bring-a-standard.md", "add-an-indicator.md")}
RUNS = [run for path in PAGES if path not in TUTORIALS for run in runs(path) if run.words[0] == "danao"]
# Commands on fleets and registries write, and read what those before them wrote.
ALONE = [run for run in RUNS if run.words[1] not in {"fleet", "registry"}]
IN_ORDER = {page: [run for run in RUNS if run.page == page and run not in ALONE] for page in (run.page for run in RUNS)}


@pytest.mark.parametrize("run", ALONE, ids=lambda run: f"{run.page}: {run.line}")
def test_a_command_gives_what_its_page_shows(run: Run) -> None:
    """Every line shown stands in the output, up to spaces; ``…`` stands for lines left out."""
    assert missing(run, ROOT) == []


@pytest.mark.parametrize("page", [page for page, found in IN_ORDER.items() if found])
def test_commands_that_write_in_their_order_give_what_their_page_shows(page: str, tmp_path: Path) -> None:
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    for run in IN_ORDER[page]:
        assert missing(run, tmp_path) == [], run.line


def test_pages_show_commands() -> None:
    assert {run.page for run in ALONE} >= {"README.md", "README.zh.md", "docs/scores.md"}
    assert all(IN_ORDER[page] for page in ("README.md", "README.zh.md", "docs/fleets.md", "docs/registry.md"))
    for readme in ("README.md", "README.zh.md"):
        assert {run.words[1] for run in IN_ORDER[readme]} == {"fleet", "registry"}


def test_both_readmes_have_the_same_commands() -> None:
    english, chinese = ([run.line.replace(" --lang en", "") for run in runs(path)] for path in (README, README_ZH))
    assert english == chinese


def test_both_readmes_have_the_same_sections_tables_and_turtle() -> None:
    english, chinese = (text_of(path) for path in (README, README_ZH))
    for pattern in (r"^(#+) ", r"^(\|) ", r"^(\d\.) ", r"\| (`--[a-z-]+)", r"(`DANAO_[A-Z_]+`)"):
        assert re.findall(pattern, english, re.MULTILINE) == re.findall(pattern, chinese, re.MULTILINE), pattern
    assert blocks(README, "turtle") == blocks(README_ZH, "turtle")


def test_every_option_and_setting_of_the_command_line_is_in_the_readme() -> None:
    package = Path(danao.__file__).parent
    source = "".join(text_of(path) for path in (*sorted((package / "cli").rglob("*.py")), package / "cache.py"))
    wanted = set(re.findall(r'"(--[a-z-]+|DANAO_[A-Z_]+)"', source))
    documented = set(re.findall(r"`(?:danao )?(--[a-z-]+|DANAO_[A-Z_]+)", text_of(README)))
    assert wanted == documented


def commands(group: Commands, *above: str) -> Iterator[tuple[str, ...]]:
    """The words of every command."""
    for name in group.modules:
        found = group.get_command(click.Context(group), name)
        yield from commands(found, *above, name) if isinstance(found, Commands) else [(*above, name)]


@pytest.mark.parametrize("path", [README, README_ZH], ids=relative)
def test_the_readme_lists_every_command(path: Path) -> None:
    named = set(re.findall(r"`(?:danao )?((?:[a-z]+ ?)+)", text_of(path)))
    words = {name.strip() for name in named}
    unnamed = [each for each in commands(app) if not words & {" ".join(each), each[-1]}]
    assert unnamed == []


@pytest.mark.parametrize("path", [README, README_ZH], ids=relative)
def test_the_readme_states_the_limits_that_hold(path: Path) -> None:
    limits = Limits()
    stated = dict(re.findall(r"`([a-z]+)=([0-9]+)`", text_of(path)))
    assert stated == {name: str(getattr(limits, f"max_{name}")) for name in limit_names()}


@pytest.mark.parametrize("path", [README, README_ZH], ids=relative)
def test_turtle_in_the_readme_is_the_files(path: Path) -> None:
    (shown,) = blocks(path, "turtle")
    assert shown in text_of(ROOT / "docs" / "one-capability.ttl")


# ---- Links ----


def anchor(heading: str) -> str:
    """The anchor that a heading gets on the usual hosts."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("path", PAGES, ids=relative)
def test_links_resolve(path: Path) -> None:
    prose = _CODE.sub("", FENCE.sub("", text_of(path)))
    for link in _LINK.findall(prose):
        if link.startswith("https://"):
            continue
        target, _, fragment = link.partition("#")
        file = (path.parent / target).resolve() if target else path
        assert file.exists(), link
        if fragment:
            assert fragment in {anchor(heading) for heading in _HEADING.findall(text_of(file))}, link
