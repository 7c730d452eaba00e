"""Who may import whom, and what each module must be; the table is DESIGN's, as code."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

import pipeline

PACKAGE = Path(pipeline.__file__).parent
MODULES = {
    file.relative_to(PACKAGE.parent).with_suffix("").as_posix().replace("/", "."): file
    for file in PACKAGE.rglob("*.py")
}
LONGEST = 200
"""Lines that one idea may take."""

VALUES = {
    "asset",
    "diagnostic",
    "edited",
    "entry",
    "entry_form",
    "errors",
    "manifest",
    "manifest_lines",
    "media_types",
    "naming",
    "nearest",
    "path",
    "release",
    "statuses",
    "urls",
}
OPEN_SETS = {"references", "transforms", "compressors", "destinations"}
RUNTIME = {"lookup", "fingerprint", "image_size", "plain", "preloading", "reload", "tags"}
"""What `pipeline.runtime` is made of."""
PHASES = {"discover", "compile", "link", "compress", "publish"}
PARTS = {
    "walking": "discover",
    "compiled": "compile",
    "selection": "compile",
    "pieces": "compile",
    "making": "compile",
    "recipes": "compile",
    "work": "compile",
    "resolution": "link",
    "bare_names": "link",
    "import_map": "link",
    "integrity": "link",
    "outputs": "link",
    "rewriting": "link",
    "node_modules": "link",
    "variants": "compress",
    "squeezing": "compress",
    "reading": "compile",
    "records": "publish",
    "history": "publish",
    "refusal": "publish",
    "retention": "publish",
    "verify": "publish",
}
"""Modules that hold a part of a phase, and which."""

ALLOWED = {
    **dict.fromkeys(VALUES, VALUES),
    "engine": VALUES | {"engine"},
    "syntax": set(),
    **{name: VALUES | {"engine", "syntax", name} for name in OPEN_SETS},
    "config": VALUES | OPEN_SETS | {"engine", "config"},
    **{name: VALUES | OPEN_SETS | {"engine", "config"} for name in PHASES | set(PARTS)},
    "build": VALUES | PHASES | {"engine", "config"},
    "npm": VALUES | {"syntax", "npm"},
    "inspection": VALUES | PHASES | {"engine", "config", "build", "inspection"},
    "runtime": VALUES | RUNTIME,
    **dict.fromkeys(RUNTIME, VALUES | RUNTIME),
    "unbuilt": VALUES | RUNTIME | {"runtime", "config", "discover"},
    "adapters": VALUES | {"runtime", "unbuilt", "adapters"},
    "pytest_plugin": {"unbuilt"},
}
for part, phase in PARTS.items():
    ALLOWED[phase] |= {part}
ALLOWED["compile"] |= {"walking"}  # the value that it takes
ALLOWED["compiled"] |= {"selection", "pieces"}
ALLOWED["making"] |= {"pieces", "recipes", "selection", "squeezing", "work"}
ALLOWED["recipes"] |= {"selection"}
ALLOWED["variants"] |= {"squeezing"}
ALLOWED["work"] |= {"squeezing"}
ALLOWED["compile"] |= {"squeezing"}
ALLOWED["outputs"] |= {"integrity", "resolution", "rewriting"}
ALLOWED["rewriting"] |= {"resolution"}
ALLOWED["build"] |= {"walking", "work", "compiled"}  # the values that the phases hand on
ALLOWED["inspection"] |= {"pieces", "recipes", "compiled"}
ALLOWED["seen"] = {"statuses"}
ALLOWED["unchanged"] = {"seen"}
ALLOWED["state"] = VALUES | {"engine", "config", "seen"}
ALLOWED["recall"] = ALLOWED["build"] | {"making", "state"}
ALLOWED["last_build"] = ALLOWED["recall"] | {"build", "pieces", "references", "resolution", "rewriting", "selection"}
ALLOWED["leaving"] = ALLOWED["recall"] | {"build", "destinations", "recall", "seen"}
ALLOWED["renewal"] = ALLOWED["leaving"] | {"last_build", "leaving"}
ALLOWED["watching"] = ALLOWED["build"] | {"build", "recall", "retention"}
ALLOWED["history"] |= {"records"}
ALLOWED["refusal"] |= {"history"}
ALLOWED["reading"] |= {"making", "work"}
ALLOWED["resolution"] |= {"bare_names"}
ALLOWED["integrity"] |= {"resolution"}
ALLOWED["bare_names"] |= {"node_modules", "npm"}
ALLOWED["node_modules"] = VALUES | {"npm"}
ALLOWED["retention"] |= {"history", "records"}
ALLOWED["verify"] |= {"history"}
BUILD_LIBRARIES = {"webassets", "rcssmin", "rjsmin", "watchdog", "rich", "click", "pathspec", "deflate", "brotli"}


ADAPTERS = ["pipeline.runtime", *sorted(module for module in MODULES if module.startswith("pipeline.adapters."))]
OF_FRAMEWORKS = {"pipeline.adapters.flask": {"click"}}
"""Libraries of the build that a framework itself loads."""


def imports(file: Path) -> set[str]:
    """Every module that a file imports, with its whole name."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative import"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def room(module: str) -> str:
    """``pipeline.engine.graph`` is in the room ``engine``."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""


def own(file: Path) -> set[str]:
    return {name for name in imports(file) if name.split(".")[0] == "pipeline"}


@pytest.mark.parametrize("module", sorted(MODULES))
def test_a_module_imports_only_what_stands_below_it(module):
    where = room(module)
    if where in {"", "__init__", "__main__", "cli"}:
        return
    others = {room(name) for name in own(MODULES[module])} - {""}
    others = {name for name in others if name != "__version__"}
    assert others <= ALLOWED[where] | {where}, f"{module} may not import {others - ALLOWED[where]}"


def test_every_room_stands_in_the_table():
    rooms = {room(module) for module in MODULES} - {"", "__init__", "__main__", "cli"}
    assert rooms == ALLOWED.keys()


@pytest.mark.parametrize("name", sorted(OPEN_SETS))
def test_members_of_an_open_set_do_not_know_each_other(name):
    members = {
        module for module in MODULES if module.startswith(f"pipeline.{name}.") and not module.endswith("__init__")
    }
    public = {module for module in members if not module.rpartition(".")[2].startswith("_")}
    for module in members:
        known = {
            other for other in public for imported in own(MODULES[module]) if f"{imported}.".startswith(f"{other}.")
        }
        assert known <= {module}


@pytest.mark.parametrize("module", sorted(MODULES))
def test_a_module_opens_with_one_sentence_and_holds_one_idea(module):
    text = MODULES[module].read_text()
    docstring = ast.get_docstring(ast.parse(text))
    assert docstring
    assert re.match(r"[^\n]*\S", docstring)
    assert len(text.splitlines()) <= LONGEST, module
    assert "from __future__ import annotations" in text or not ast.parse(text).body[1:]


@pytest.mark.parametrize("module", sorted(MODULES))
def test_no_module_runs_a_shell_or_reads_a_pickle(module):
    names = {name.split(".")[0] for name in imports(MODULES[module])}
    assert not names & {"pickle", "marshal", "shelve", "dill"}
    assert "shell=True" not in MODULES[module].read_text()
    assert "os.system" not in MODULES[module].read_text()


def test_what_production_imports_loads_no_build_library():
    waiting, seen = ["pipeline.runtime"], set()
    while waiting:
        module = waiting.pop()
        if module not in seen and module in MODULES | {"pipeline.__init__": 0}:
            seen.add(module)
            names = imports(MODULES[module])
            assert not {name.split(".")[0] for name in names} & BUILD_LIBRARIES, module
            waiting += [name if name in MODULES else name.rpartition(".")[0] for name in own(MODULES[module])]
    assert "pipeline.build" not in seen
    assert "pipeline.manifest" in seen


@pytest.mark.parametrize("adapter", ADAPTERS)
def test_an_app_loads_nothing_of_the_build_with_its_adapter_and_a_manifest(adapter, site):
    site.write({"a.css": "a{}"})
    site.publish()
    program = (
        f"import sys, {adapter}\nfrom pipeline.runtime import Assets\n"
        f"assets = Assets.load({str(site.output / 'manifest.json')!r})\n"
        "assert assets.tags('a.css') and assets.preload_tags('a.css') == ''\nprint(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = {name.split(".")[0] for name in done.stdout.split()}
    rooms = {room(name) for name in done.stdout.split() if name.startswith("pipeline.")}
    assert not loaded & BUILD_LIBRARIES - OF_FRAMEWORKS.get(adapter, set())
    assert rooms <= VALUES | RUNTIME | {"runtime", "adapters"}


def test_importing_the_runtime_reads_no_manifest_yet():
    program = "import pipeline.runtime, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = {name for name in done.stdout.split() if name.startswith("pipeline.")}
    assert loaded == {f"pipeline.{name}" for name in ("errors", "lookup", "preloading", "runtime", "tags")}


def test_a_third_party_package_is_imported_in_few_places():
    places: dict[str, set[str]] = {}
    for module, file in MODULES.items():
        for name in imports(file):
            places.setdefault(name.split(".")[0], set()).add(room(module))
    assert places["deflate"] == {"compressors"}
    assert places["watchdog"] == {"engine"}
    assert places["brotli"] == places["backports"] == {"compressors"}
    assert places["turbohtml"] == {"references"}
    assert places["pathspec"] == {"engine", "config"}
    assert places["jinja2"] == {"inspection", "adapters"}
    assert places["django"] == {"inspection"}
    assert places["imagesize"] == {"image_size"}
    assert places["pytest"] == {"pytest_plugin"}
    assert places["distributed"] == places["fsspec"] == {"engine"}
    assert places["click"] == places["rich"] == {"cli"}


def test_the_schema_the_type_marker_and_the_script_ship_with_the_package():
    spec = find_spec("pipeline")
    assert spec is not None
    assert {"py.typed", "manifest.schema.json"} <= {file.name for file in PACKAGE.iterdir()}
    assert (PACKAGE / "engine/reload.js").is_file()
