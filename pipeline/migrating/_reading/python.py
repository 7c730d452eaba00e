"""What the Python of a project says, read with `ast` and never imported or run."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path, PurePath
from typing import Any

from pipeline.diagnostic import Diagnostic
from pipeline.expressions import expression
from pipeline.migrating import Place
from pipeline.migrating._reading.project import PYTHON, Project, is_test
from pipeline.migrating._reading.pure import Budget, TooMuch
from pipeline.migrating._reading.statements import run
from pipeline.migrating._reading.values import Call, Heard, Lazy, Scope, Setting, Unknown, is_known

OF_TOOLS = expression(
    rb"flask_static_digest|FLASK_STATIC_DIGEST|flask_cdn|CDN_DOMAIN|flask[._](?:ext\.)?assets|webassets|"
    rb"PIPELINE|source_filenames|compressor|COMPRESS_"
)
OF_FRAMEWORKS = expression(
    rb"\b(?:Flask|Quart|Blueprint)\b|STATICFILES|STATIC_URL|STATIC_ROOT|INSTALLED_APPS|[A-Z]_BIN\b"
)
COPIES = {"flask_static_digest", "flask_cdn", "flask_assets", "webassets", "compressor"}
"""Packages of which a project may have a copy of its own."""
PRODUCTION = expression(r"prod", re.IGNORECASE)


class Module:
    """A file of Python.

    Attributes:
        file: absolute.
        path: the same relative to the project.
        name: what the app would import it by: ``shop.settings``.
        heard: what it says, once it is `loaded`.
    """

    def __init__(self, python: Python, file: Path) -> None:
        self.python, self.file, self.budget = python, file, python.budget
        self.path = python.project.shown(file)
        self.name = python.name_of(file)
        self.heard = Heard()
        self.scope = Scope(self, names={"__file__": str(file), "__name__": self.name})
        self._started = False

    def loaded(self) -> Module:
        """Itself, read; in a circle of imports as far as it was read."""
        if not self._started:
            self._started = True
            tree = self.python.tree(self.file)
            self.budget.grow(len(self.python.project.read(self.file) or b""))
            try:
                run(tree.body if tree else [], self.scope)
            except (TooMuch, RecursionError):
                message = "says more than can be followed without running it: what is behind that was not read"
                self.python.project.left.append(self.python.project.place(self.file).warning(message))
        return self

    def find(self, name: str, level: int = 0) -> Module | None:
        """A module of the project by the name in an import: from the folder of the package, the project or ``src``."""
        project = self.python.project.folder
        above = len(self.name.split(".")) - (self.file.name == "__init__.py")
        top = self.file.parents[min(above, len(self.file.parents) - 1)]
        starts = [self.file.parents[level - 1]] if level else [top, self.file.parent, project, project / "src"]
        for start in starts:
            if found := self.python.module_at(start.joinpath(*name.split("."))):
                return found
        return None

    def beside(self, name: str) -> Lazy | None:
        """A module in the package that this file is."""
        found = self.python.module_at(self.file.parent / name) if self.file.name == "__init__.py" else None
        return Lazy(found, "") if found else None


class Python:
    """All modules of a project that may speak of its static files."""

    def __init__(self, project: Project) -> None:
        self.project, self.budget = project, Budget()
        self._files = {*project.files(PYTHON)}
        self._modules: dict[Path, Module] = {}

    @cached_property
    def modules(self) -> list[Module]:
        """Those that do, tests left out unless only they speak of a tool; and all that these took names from."""
        files = self.project.files(PYTHON)
        content = {file: self.project.read(file) or b"" for file in files}
        speaking = [file for file in files if OF_TOOLS.search(content[file])]
        tests = {file for file in files if is_test(self.project.shown(file))}
        left_out = tests if {*speaking} - tests else set[Path]()
        for file in files:
            speaks = OF_TOOLS.search(content[file]) or OF_FRAMEWORKS.search(content[file])
            if speaks and file not in left_out and self.name_of(file).partition(".")[0] not in COPIES:
                self._at(file).loaded()
        return [each for each in self._modules.values() if each.name.partition(".")[0] not in COPIES]

    def calls(self, *names: str) -> Iterator[Call]:
        """What is called by one of some whole names; ``.register`` is a method of anything."""
        for module in self.modules:
            for call in module.heard.calls:
                if call.name in names or f".{call.last}" in names:
                    yield call

    def imports(self, *packages: str) -> list[Place]:
        """The first place in each file where something of a package is imported."""
        found: dict[str, Place] = {}
        for module in self.modules:
            for name, place in module.heard.imports:
                if any(f"{name}.".startswith(f"{package}.") for package in packages):
                    found.setdefault(place.path, place)
        return [*found.values()]

    def settings(self, *names: str) -> list[Setting]:
        """Every value of some settings, in order; those that classes or files for production give come last."""
        found = [each for name in names for each in self._settings.get(name, ())]
        return sorted(found, key=lambda each: bool(PRODUCTION.search(f"{each.owner} {each.place.path}")))

    @cached_property
    def _settings(self) -> dict[str, list[Setting]]:
        found: dict[str, list[Setting]] = {}
        for module in self.modules:
            for each in (*module.heard.settings, *_mapped(module)):
                found.setdefault(each.name, []).append(each)
        return found

    def setting(self, name: str, left: list[Diagnostic], remedy: str = "") -> Any:
        """The value of a setting that counts, or ``None``; what cannot be told of it goes to ``left``."""
        found = self.settings(name)
        known = [each for each in found if is_known(each.value)]
        for each in found:
            if each not in known:
                variable = each.value.variable if isinstance(each.value, Unknown) else ""
                why = f"comes from the environment variable {variable}" if variable else "is computed"
                left.append(each.place.warning(f"{name} {why}, so it was not taken over", remedy))
        for each in known[:-1]:
            if each.value != known[-1].value:
                last = known[-1].place
                left.append(each.place.note(f"{name} is another one here; that of {last.path}:{last.line} was taken"))
        return known[-1].value if known else None

    def module_at(self, path: PurePath) -> Module | None:
        """The module of a path without suffix, or the package there."""
        for file in (Path(f"{path}.py"), Path(path, "__init__.py")):
            if file in self._files:
                return self._at(file)
        return None

    def name_of(self, file: Path) -> str:
        """What a file is imported by, seen from the outermost package of the project that it is in."""
        parts = [file.stem] if file.name != "__init__.py" else []
        folder = file.parent
        while folder / "__init__.py" in self._files:
            parts.insert(0, folder.name)
            folder = folder.parent
        return ".".join(parts)

    def tree(self, file: Path) -> ast.Module | None:
        """The syntax of a file; ``None``, with a warning, if it is not that of this version of Python."""
        content = self.project.read(file)
        if content is None:
            return None
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return ast.parse(content, str(file))
        except SyntaxError as error:
            message, line = f"does not parse as Python: {error.msg}", error.lineno
        except (ValueError, RecursionError, MemoryError) as error:
            message, line = f"does not parse as Python: {type(error).__name__}", None
        self.project.left.append(self.project.place(file, line).warning(message, "what it says was not read"))
        return None

    def _at(self, file: Path) -> Module:
        if file not in self._modules:
            self._modules[file] = Module(self, file)
        return self._modules[file]


def _mapped(module: Module) -> Iterator[Setting]:
    """What ``app.config.update``, ``from_mapping`` and ``setdefault`` say."""
    for call in module.heard.calls:
        if call.last in {"update", "from_mapping"} and call.receiver is not None:
            given = dict(call.args[0]) if call.args and isinstance(call.args[0], dict) else {}
            for name, found in (given | call.options).items():
                yield Setting(str(name), found, call.place, "")
        elif call.last == "setdefault" and len(call.args) == 2:  # noqa: PLR2004  (key and value)
            yield Setting(str(call.args[0]), call.args[1], call.place, "")
