"""How the house is built: who imports whom, where SPARQL and the standard stand, and that no module holds state."""

from __future__ import annotations

import ast
import io
import re
import subprocess
import sys
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import danao
from danao.knowledge import Knowledge
from danao.namespaces import DANAO, RDF_TYPE, SKOS, local_name
from danao.resources import FRAMEWORK

ROOT = Path(danao.__file__).parent
SOURCES = sorted(ROOT.rglob("*.py"))
# Sources and whatever lies beside them, such as templates; bundles for browsers are not ours.
VENDOR = ROOT / "web" / "static" / "vendor"
FILES = sorted(
    path for path in ROOT.rglob("*") if path.is_file() and path.suffix != ".pyc" and VENDOR not in path.parents
)

# From the top of the house to the ground; a module imports from its own floor and those below. ``danao.engine`` stands
# for the modules in it.
FLOORS: tuple[frozenset[str], ...] = (
    frozenset({"__main__", "cli", "explain", "inputs", "lookup", "output", "render", "view"})
    | frozenset({"closing", "comparison", "corpus", "difference", "exchange", "expiry", "facets", "fleet"})
    | frozenset({"gaps", "heads", "querying", "questions", "registry", "remedies", "web"}),
    frozenset({"catalogue", "publish", "published", "steps"}),
    frozenset({"pipeline"}),
    frozenset(
        {
            "access",
            "describe",
            "documents",
            "examine",
            "formats",
            "guard",
            "infer",
            "names",
            "outcomes",
            "report",
            "score",
        }
    )
    | frozenset({"validate"}),
    frozenset({"publisher"}),
    frozenset({"compiled", "index", "knowledge", "soundness", "sources"}),
    frozenset({"engine", "store"}),
    frozenset({"canonical", "contexts", "dangers", "errors", "limits", "namespaces", "ranks", "reading", "resources"})
    | frozenset({"cache", "sandbox", "sparql", "statements", "watch"}),
)
# Whose libraries stay behind the engines' interface.
REASONERS = {"owlrl", "pyshacl", "pyshacl_turbo", "rdflib", "shacl"}
LONGEST = 60


@dataclass(frozen=True)
class Module:
    """One source file, parsed."""

    path: Path

    @property
    def name(self) -> str:
        """Below ``danao``, such as ``engine.fast``; a package goes by its own name, ``danao`` itself by none."""
        parts = self.path.relative_to(ROOT).with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    @property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)


@cache
def module(path: Path) -> Module:
    return Module(path)


MODULES = [module(path) for path in SOURCES]
each_module = pytest.mark.parametrize("source", MODULES, ids=lambda source: source.name or "danao")


# ---- Who imports whom ----


def imports(tree: ast.AST) -> Iterator[str]:
    """The full names of everything imported, wherever it is imported; ``from a import b`` gives ``a.b``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are written in full"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def own_imports(source: Module) -> set[str]:
    """The modules of ours that a module imports, by their names below ``danao``."""
    names = {other.name for other in MODULES if other.name}
    below = {name.removeprefix("danao.") for name in imports(source.tree) if name.startswith("danao.")}
    return {part for name in below for part in (name, name.rpartition(".")[0]) if part in names} - {source.name}


def floor_of(name: str) -> int:
    top = name.partition(".")[0]
    return next(number for number, floor in enumerate(FLOORS) if top in floor)


def test_every_module_has_its_floor_and_every_floor_its_modules() -> None:
    present = {source.name.partition(".")[0] for source in MODULES if source.name}
    assert present == frozenset().union(*FLOORS)
    assert sum(len(floor) for floor in FLOORS) == len(present)


@each_module
def test_a_module_imports_from_its_floor_and_below_only(source: Module) -> None:
    above = {name for name in own_imports(source) if source.name and floor_of(name) < floor_of(source.name)}
    assert above == set()


def test_the_package_itself_imports_nothing() -> None:
    assert list(imports(module(ROOT / "__init__.py").tree)) == []


def test_no_module_imports_itself_over_others() -> None:
    order = TopologicalSorter({source.name: own_imports(source) for source in MODULES})
    assert set(order.static_order()) >= {source.name for source in MODULES}


@each_module
def test_only_engines_import_reasoners(source: Module) -> None:
    used = {name.partition(".")[0] for name in imports(source.tree)} & REASONERS
    allowed = {"engine.shapes": {"shacl", "pyshacl_turbo"}, "engine.reference": {"owlrl", "pyshacl", "rdflib"}}
    allowed["engine.joins"] = {"rdflib"}
    # Its parser reads rules where nothing compiled is kept; what they give is worked out without it.
    allowed["engine.rules.algebra"] = {"rdflib"}
    assert used == allowed.get(source.name, set())


@each_module
def test_an_engine_is_chosen_in_one_place_only(source: Module) -> None:
    chosen = own_imports(source) & {"engine.fast", "engine.reference"}
    assert chosen == ({"engine.fast", "engine.reference"} if source.name == "engine" else set())


# ---- Nothing happens and nothing stays at import ----

# What a module may call while it is imported: each makes a value that never changes, but for the lock and the app.
BUILDERS = {
    *("NamedNode", "ParamSpec", "Text", "TypeVar", "Var", "dict.fromkeys", "frozenset", "range", "re.compile"),
    *("str", "tuple"),
    *("APIRouter", "Reader"),
    *("threading.Lock", "Path", "Argument", "Commands", "Option", "click.Option", "Context", "Decimal", "Form"),
    # Of functions without effects, of so many values: the same answer sooner.
    "lru_cache",
    # What FastAPI is told of the parameters of routes.
    *("Depends", "Header", "Query"),
}
CHANGING = {"add", "append", "clear", "discard", "extend", "insert", "pop", "remove", "setdefault", "update"}
Function = ast.FunctionDef | ast.AsyncFunctionDef
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def functions(tree: ast.AST) -> Iterator[Function]:
    yield from (node for node in ast.walk(tree) if isinstance(node, Function))


def module_names(tree: ast.Module) -> set[str]:
    """Names that are assigned at the top of a module."""
    assigned = [node for node in tree.body if isinstance(node, ast.Assign | ast.AnnAssign)]
    return {name.id for node in assigned for name in ast.walk(node) if isinstance(name, ast.Name) and stored(name)}


def stored(node: ast.Name | ast.Subscript | ast.Attribute) -> bool:
    return isinstance(node.ctx, ast.Store | ast.Del)


@each_module
def test_a_module_s_top_holds_imports_definitions_and_constants(source: Module) -> None:
    kinds = (ast.Import, ast.ImportFrom, ast.ClassDef, *FUNCTIONS, ast.Assign, ast.AnnAssign)
    rest = [node for node in source.tree.body if not isinstance(node, kinds)]
    others = {ast.unparse(node).splitlines()[0] for node in rest if not is_text(node)}
    assert others <= {"if TYPE_CHECKING:", "if __name__ == '__main__':"}


def is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


@each_module
def test_constants_are_made_without_reading_loading_or_counting(source: Module) -> None:
    assigned = [node for node in source.tree.body if isinstance(node, ast.Assign | ast.AnnAssign)]
    calls = {ast.unparse(node.func) for top in assigned for node in ast.walk(top) if isinstance(node, ast.Call)}
    assert calls - BUILDERS == set()


@each_module
def test_no_function_changes_what_stands_at_the_top_of_its_module(source: Module) -> None:
    names = module_names(source.tree)
    inside = [node for function in functions(source.tree) for node in ast.walk(function)]
    assert [ast.unparse(node) for node in inside if isinstance(node, ast.Global | ast.Nonlocal)] == []
    assert [ast.unparse(node) for node in inside if changes(node, names)] == []


def changes(node: ast.AST, names: set[str]) -> bool:
    if isinstance(node, ast.Subscript):
        return stored(node) and isinstance(node.value, ast.Name) and node.value.id in names
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        target = node.func.value
        return node.func.attr in CHANGING and isinstance(target, ast.Name) and target.id in names
    return False


# What functions without effects say of terms that every description names again, of so many terms at the most.
REMEMBERING = {"engine.reference", "engine.rules.arithmetic", "engine.rules.functions", "guard", "statements"}


@each_module
def test_no_function_remembers_between_calls(source: Module) -> None:
    named = {ast.unparse(decorator).partition("(")[0] for f in functions(source.tree) for decorator in f.decorator_list}
    remembered = named & {"cache", "lru_cache", "functools.cache", "functools.lru_cache"}
    assert remembered == ({"lru_cache"} if source.name in REMEMBERING else set())
    defaults = [value for f in functions(source.tree) for value in (*f.args.defaults, *f.args.kw_defaults)]
    assert [value for value in defaults if isinstance(value, ast.List | ast.Dict | ast.Set)] == []


IMPORT_ALL = """
import importlib, sys
opened = []
sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == "open" else None)
for name in sys.argv[1:]:
    importlib.import_module(name)
print(*[path for path in opened if path.endswith((".ttl", ".rq"))], sep="\\n")
"""
IMPORT_ONE = "import importlib, sys; importlib.import_module(sys.argv[1]); print(*sys.modules, sep='\\n')"


def python(code: str, *arguments: str) -> set[str]:
    """The lines that a fresh interpreter prints."""
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True)
    return {line for line in done.stdout.splitlines() if line}


def test_importing_every_module_opens_no_knowledge() -> None:
    assert python(IMPORT_ALL, *(f"danao.{source.name}" for source in MODULES if source.name)) == set()


@pytest.mark.parametrize("name", ["danao.cli", "danao.pipeline"])
def test_what_every_command_imports_leaves_the_slow_libraries_out(name: str) -> None:
    assert python(IMPORT_ONE, name) & {"owlrl", "pyshacl", "rdflib"} == set()


def test_the_command_line_s_help_needs_none_of_the_engines_libraries() -> None:
    assert python(IMPORT_ONE, "danao.cli") & (REASONERS | {"pyoxigraph"}) == set()


# ---- Small functions ----


@each_module
def test_functions_fit_on_a_screen(source: Module) -> None:
    lengths = {f.name: (f.end_lineno or f.lineno) - f.lineno + 1 for f in functions(source.tree)}
    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}


# ---- No query, no shape, no standard ----

SPARQL = re.compile(
    r"\b(SELECT|CONSTRUCT|ASK|DESCRIBE|WHERE|VALUES|OPTIONAL|FILTER|UNION|BIND|GRAPH|SERVICE|UNDEF|PREFIX|"
    r"INSERT|DELETE|LOAD|CLEAR|DROP|ORDER BY|GROUP BY)\b"
)
TURTLE = re.compile(r"@prefix|@base|\ba sh:\w|\ba owl:\w|\bsh:(path|property|targetClass)\b")


def texts(tree: ast.Module) -> Iterator[str]:
    """The string constants of a module that are no docstrings, pieces of f-strings included."""
    spoken = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in spoken:
            yield node.value


@each_module
def test_no_query_and_no_shape_stands_in_a_string(source: Module) -> None:
    found = [text for text in texts(source.tree) if SPARQL.search(text) or TURTLE.search(text)]
    if source.name == "engine.parameters":
        # The row that parameters fill, as it is found and as it is filled.
        assert all("VALUES" in text or text.strip() == "UNDEF" for text in found)
        assert not any(re.search(r"SELECT|CONSTRUCT|WHERE|FILTER", text) for text in found)
    else:
        assert found == []


@dataclass(frozen=True)
class Words:
    """What belongs to the standard and its domain: namespaces, names, clauses and Chinese labels."""

    namespaces: frozenset[str]
    names: frozenset[str]
    clauses: frozenset[str]
    labels: frozenset[str]

    def in_text(self, text: str) -> set[str]:
        """Those that stand anywhere in a source file; single everyday words (``serves``) are looked for in strings."""
        tokens = set(re.findall(r"[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*", text))
        dotted = set(re.findall(r"(?<![\w.])\d+(?:\.\d+)+(?![\w.])", text))
        several = {name for name in self.names if re.search(r"[a-z][A-Z]|-", name)}
        here = {word for word in self.namespaces | self.labels if word in text}
        return here | (several & tokens) | (self.clauses & dotted)

    def in_string(self, text: str) -> set[str]:
        """The name that a string constant is, where it is one."""
        return {text} & self.names


@pytest.fixture(scope="module")
def words(knowledge: Knowledge) -> Words:
    shared = {DANAO, *(iri for iri in knowledge.namespaces if of_framework(iri, knowledge))}
    own = {iri for iri in knowledge.namespaces if iri not in shared and "/code/" not in iri}
    terms = {iri for iri in knowledge.index if iri.startswith(tuple(own)) and not iri.endswith("/")}
    framework = {local_name(iri) for iri in knowledge.index if iri.startswith(tuple(shared))}
    # Collections go by everyday words, such as "terms".
    collections = {local_name(iri) for iri in terms if SKOS + "ConceptScheme" in knowledge.values(iri, RDF_TYPE)}
    parts = {iri for iri in terms if knowledge.values(iri, DANAO + "directPartOf")}
    elements = parts | set(knowledge.instances("IndicatorSystem"))
    return Words(
        namespaces=frozenset(own),
        names=frozenset({local_name(iri) for iri in terms} - framework - collections),
        clauses=frozenset({code for iri in terms for code in knowledge.values(iri, SKOS + "notation") if "." in code}),
        labels=frozenset({knowledge.label(iri).zh for iri in elements}),
    )


def of_framework(namespace: str, knowledge: Knowledge) -> bool:
    """Whether a namespace is the framework's or that of scoring schemes, which are no standard's."""
    folders = [folder for folder in FRAMEWORK if folder.startswith("ontology/")]
    files = [path for folder in folders for path in (ROOT.parents[1] / folder).glob("*.ttl")]
    stated = any(f'preferredNamespaceUri "{namespace}"' in path.read_text(encoding="utf-8") for path in files)
    return stated or knowledge.scheme.startswith(namespace)


def test_the_words_looked_for_are_the_standard_s(words: Words) -> None:
    assert {"https://w3id.org/danao/brain#", "https://w3id.org/danao/standard/2025/"} <= words.namespaces
    assert {"IndustrialBrain", "serves", "6-1-5", "6-1-5-trusted-certification"} <= words.names
    assert {"6.1", "6.1.5", "6.4.8"} <= words.clauses
    assert {"可信数据空间", "技术支撑能力", "算力"} <= words.labels
    assert words.in_text('"6.1.5" # 可信数据空间') == {"6.1.5", "可信数据空间"}
    assert words.in_text("brain = IndustrialBrain()") == {"IndustrialBrain"}
    assert words.in_text("version 16.1, 6.1.50, 0.6.1") == set()
    assert words.in_string("serves") == {"serves"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_word_of_the_standard_stands_in_a_module_or_a_template(path: Path, words: Words) -> None:
    assert words.in_text(path.read_text(encoding="utf-8")) == set()


@each_module
def test_no_string_is_a_name_of_the_standard_or_the_domain(source: Module, words: Words) -> None:
    assert {name for text in texts(source.tree) for name in words.in_string(text)} == set()


@each_module
def test_no_weight_or_threshold_stands_in_the_code(source: Module) -> None:
    numbers = [node.value for node in ast.walk(source.tree) if isinstance(node, ast.Constant)]
    assert [number for number in numbers if isinstance(number, float | complex)] == []
    made = [node for node in ast.walk(source.tree) if isinstance(node, ast.Call)]
    exact = [node for node in made if ast.unparse(node.func) in {"Decimal", "Fraction", "decimal.Decimal"}]
    assert [ast.unparse(node) for node in exact if any(isinstance(part, ast.Constant) for part in node.args)] == []


@each_module
def test_comments_owe_nothing(source: Module) -> None:
    tokens = tokenize.generate_tokens(io.StringIO(source.text).readline)
    comments = [token.string for token in tokens if token.type == tokenize.COMMENT]
    assert [comment for comment in comments if re.search(r"\b(TODO|FIXME|XXX|HACK)\b", comment)] == []
