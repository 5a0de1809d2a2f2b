"""What is shipped: every file of the knowledge, byte for byte, whichever way the package is built."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import tomllib
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

import pytest

import danao
from danao.knowledge import Knowledge
from danao.resources import FOLDERS, FRAMEWORK, data_root

CHECKOUT = Path(__file__).parents[1]
PACKAGE = CHECKOUT / "service" / "danao"
SHIPPED = (*FOLDERS, "examples")
# What the service tells of errors is a page of the documentation.
EXPLAINED = Path("docs/errors-head.md")


def run(*command: str | Path) -> str:
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def only(folder: Path, pattern: str) -> Path:
    (found,) = folder.glob(pattern)
    return found


def unzipped(wheel: Path, target: Path) -> Path:
    run(sys.executable, "-m", "zipfile", "-e", wheel, target)
    return target


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "pip", "wheel", CHECKOUT, "--no-deps", "--quiet", "-w", folder)
    return only(folder, "*.whl")


@pytest.fixture(scope="session")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source distribution, made by the build backend that ``pyproject.toml`` names."""
    backend, folder = tmp_path_factory.mktemp("backend"), tmp_path_factory.mktemp("sdist")
    needed = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]
    run(sys.executable, "-m", "pip", "install", "--quiet", "--target", backend, *needed["requires"])
    make = (
        "import importlib, os, sys; path, backend, source, folder = sys.argv[1:]; sys.path.insert(0, path);"
        "os.chdir(source); importlib.import_module(backend).build_sdist(folder)"
    )
    run(sys.executable, "-c", make, backend, needed["build-backend"], CHECKOUT, folder)
    return only(folder, "*.tar.gz")


@pytest.fixture(scope="session")
def built(wheel: Path, sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """By the way it was built, the folder of an unpacked wheel."""
    again = tmp_path_factory.mktemp("again")
    run(sys.executable, "-m", "pip", "wheel", sdist, "--no-deps", "--quiet", "-w", again)
    return {
        "wheel": unzipped(wheel, tmp_path_factory.mktemp("from-checkout")),
        "sdist": unzipped(only(again, "*.whl"), tmp_path_factory.mktemp("from-sdist")),
    }


each_build = pytest.mark.parametrize("way", ["wheel", "sdist"])


def contents(root: Path, *folders: str) -> dict[str, bytes]:
    """Path below the root → bytes, of every file but what Python compiles."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for folder in folders or (".",)
        for path in (root / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and "_data" not in path.relative_to(root).parts
    }


# ---- The checkout ----


def test_the_checkout_s_data_is_the_checkout_s() -> None:
    assert data_root() == CHECKOUT


@pytest.mark.parametrize("folder", [*SHIPPED, *FRAMEWORK])
def test_every_folder_that_is_named_is_there_and_holds_files(folder: str) -> None:
    assert contents(CHECKOUT, folder)


def test_the_installed_package_has_the_version_that_it_says() -> None:
    assert version("danao") == danao.__version__


# ---- What is built ----


@each_build
@pytest.mark.parametrize("folder", SHIPPED)
def test_every_file_of_a_folder_is_shipped_byte_for_byte_and_no_other(
    way: str, folder: str, built: Mapping[str, Path]
) -> None:
    assert contents(built[way] / "danao" / "_data", folder) == contents(CHECKOUT, folder)


@each_build
def test_what_names_of_errors_mean_is_shipped_and_nothing_else_of_the_documentation(
    way: str, built: Mapping[str, Path]
) -> None:
    found = contents(built[way] / "danao" / "_data", EXPLAINED.parent.name)
    assert found == {EXPLAINED.as_posix(): (CHECKOUT / EXPLAINED).read_bytes()}


@each_build
def test_every_file_of_the_package_is_shipped_byte_for_byte_and_no_other(way: str, built: Mapping[str, Path]) -> None:
    assert contents(built[way] / "danao") == contents(PACKAGE)


@each_build
def test_nothing_else_is_put_beside_the_package(way: str, built: Mapping[str, Path]) -> None:
    assert {path.name for path in built[way].iterdir()} == {"danao", f"danao-{danao.__version__}.dist-info"}
    data = built[way] / "danao" / "_data"
    assert {path.name for path in data.iterdir()} == {*SHIPPED, EXPLAINED.parent.name}


@each_build
def test_the_wheel_has_the_version_and_the_licences_of_the_package(way: str, built: Mapping[str, Path]) -> None:
    facts = only(built[way], "*.dist-info")
    assert f"\nVersion: {danao.__version__}\n" in (facts / "METADATA").read_text(encoding="utf-8")
    named = {path.relative_to(facts / "licenses").as_posix() for path in (facts / "licenses").rglob("LICENSE*")}
    own = {name for name in named if "/vendor/" not in name}
    assert own == {"LICENSE", "LICENSE-ontology"}
    # Each bundle for browsers brings the licence of its makers.
    bundles = {path.parent.name for path in (PACKAGE / "web" / "static" / "vendor").glob("*/LICENSE.txt")}
    assert {name.split("/")[-2] for name in named - own} == bundles


@each_build
def test_what_is_built_loads_the_same_knowledge_from_itself(
    way: str, built: Mapping[str, Path], knowledge: Knowledge
) -> None:
    # Isolated from the checkout: -P keeps the working directory out, the unpacked wheel goes first.
    say = (
        "import sys; sys.path.insert(0, sys.argv[1]);"
        "from danao.knowledge import load_knowledge; from danao.resources import data_root;"
        "print(data_root()); print(load_knowledge().digest)"
    )
    root, digest = run(sys.executable, "-P", "-c", say, built[way]).splitlines()
    assert Path(root) == (built[way] / "danao" / "_data").resolve()
    assert digest == knowledge.digest


def test_the_source_distribution_holds_what_tests_need(sdist: Path) -> None:
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    shipped = {path.relative_to(CHECKOUT).as_posix() for path in (CHECKOUT / "tests").rglob("*.py")}
    assert shipped | {"pyproject.toml", "README.md", "LICENSE", "LICENSE-ontology"} <= names
