"""The browser bundles: each as locked and digested, under a free licence, and asking no other host for anything."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest

import danao

STATIC = Path(danao.__file__).parent / "web" / "static"
VENDOR = STATIC / "vendor"
SOURCE = Path(__file__).parents[1] / "service" / "vendor"
FILES = {path.relative_to(VENDOR).as_posix(): path for path in VENDOR.rglob("*") if path.is_file()}
BUNDLES = sorted(path.name for path in VENDOR.iterdir() if path.is_dir())
SCRIPTS = [path for path in FILES.values() if path.suffix in {".js", ".css"}]
PINNED: dict[str, str] = json.loads((SOURCE / "package.json").read_text(encoding="utf-8"))["dependencies"]

# Why an address stands in a bundle: a name that is never fetched, or a link that a reader may follow.
NAMES = ("purl.org", "www.w3.org")
COMMENTS = ("engelschall.com", "en.wikipedia.org", "opensource.org")
LINKS = ("creativecommons.org", "datatables.net", "developer.mozilla.org", "docs.triply.cc", "enable-cors.org")


def test_every_file_is_digested_and_as_digested() -> None:
    lines = (VENDOR / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    digests = {path: digest for digest, path in (line.split("  ") for line in lines)}
    assert {
        path: hashlib.sha256(file.read_bytes()).hexdigest() for path, file in FILES.items() if path != "SHA256SUMS"
    } == digests
    assert list(digests) == sorted(digests)


def test_bundles_are_those_that_are_pinned_in_their_exact_versions() -> None:
    named = {name.rpartition("/")[2].removesuffix(".org"): version for name, version in PINNED.items()}
    assert [f"{name}-{version}" for name, version in sorted(named.items())] == BUNDLES
    assert [version for version in PINNED.values() if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []


def test_the_lock_names_digests_and_no_registry() -> None:
    lock = json.loads((SOURCE / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert [name for name, entry in lock.items() if name and not entry["integrity"].startswith("sha512-")] == []
    assert [name for name, entry in lock.items() if "resolved" in entry] == []
    assert {name: lock[f"node_modules/{name}"]["version"] for name in PINNED} == PINNED


@pytest.mark.parametrize("bundle", BUNDLES)
def test_a_bundle_carries_the_licences_of_all_it_holds(bundle: str) -> None:
    text = (VENDOR / bundle / "LICENSE.txt").read_text(encoding="utf-8")
    name, _, version = bundle.rpartition("-")
    assert re.search(rf"^\S*{name}\S* {re.escape(version)} \(", text, re.MULTILINE)
    parts = text.split(f"\n{'=' * 72}\n")
    assert [part[:60] for part in parts if len(part.strip().splitlines()) < 3] == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_bundle_names_no_host_but_those_looked_at(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    hosts = set(re.findall(r"(?:https?|wss?):(?:\\?/){2}([\w.-]+)", text))
    assert hosts - {*NAMES, *COMMENTS, *LINKS} == set()
    assert "sourceMappingURL" not in text
    assert re.findall(r"url\(['\"]?(?!data:|#)[\w/.]+", text) == [] or path.suffix == ".js"


def test_all_addresses_looked_at_are_still_there() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in SCRIPTS)
    assert [host for host in (*NAMES, *COMMENTS, *LINKS) if f"//{host}" not in text] == []


def test_scripts_import_what_is_there() -> None:
    for script in (STATIC / "js").glob("*.js"):
        for wanted in re.findall(r'from "([^"]+)"', script.read_text(encoding="utf-8")):
            assert (script.parent / wanted).is_file(), f"{script.name} imports {wanted}"
