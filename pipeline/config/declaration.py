"""What declares a project, ``pipeline.toml``, ``pyproject.toml`` or a Python module: found and read, not judged."""

from __future__ import annotations

import contextlib
import importlib
import os
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from pipeline.errors import ConfigError

FILE, PYPROJECT = "pipeline.toml", "pyproject.toml"
EXAMPLE = 'sources = ["assets"]', 'output = "build"'
FAULT = r"(.*) \(at (?:line (\d++), column (\d++)|end of document)\)"
"""How `tomllib` says where."""


class Declaration(NamedTuple):
    """What a project says about itself.

    Attributes:
        project: the folder that its relative paths start from, absolute.
        name: the file relative to the project, or ``package.module:name``.
        values: its settings; all keys are strings if they come from TOML.
        text: the TOML that they stand in, ``""`` for a module.
        table: the keys of the table that they stand in.
    """

    project: Path
    name: str
    values: Mapping[Any, Any]
    text: str = ""
    table: tuple[str, ...] = ()


def find(folder: Path) -> Path | None:
    """The nearest ``pipeline.toml``, or ``pyproject.toml`` with a table ``[tool.pipeline]``, at or above ``folder``.

    Raises:
        ConfigError: a ``pyproject.toml`` on the way speaks of ``pipeline`` but is no TOML.
    """
    folder = Path(os.path.abspath(folder))
    for each in (folder, *folder.parents):
        if os.path.isfile(each / FILE):
            return each / FILE
        if os.path.isfile(each / PYPROJECT) and _table(_parsed(each / PYPROJECT, needed="pipeline")[1]) is not None:
            return each / PYPROJECT
    return None


def load(folder: Path, config: str | None) -> Declaration:
    """Read ``config``, a ``.toml`` file or ``package.module:name``, or else the nearest file.

    Args:
        folder: absolute; where the search starts, and what a relative ``config`` is relative to.

    Raises:
        ConfigError: there is none, or it cannot be read or imported.
    """
    if config is None:
        file = find(folder)
        if file is None:
            lines = " and ".join(EXAMPLE)  # a diagnostic has one line
            hint = f"run in a folder of the project, or use --config FILE, or create {FILE} with the lines {lines}"
            raise ConfigError(f"no {FILE} here or in a folder above", path=str(folder), hint=hint)
    elif config.endswith(".toml"):
        file = Path(os.path.abspath(folder / config))
    else:
        return _from_module(folder, config)
    text, values = _parsed(file)
    if file.name != PYPROJECT:
        return Declaration(file.parent, file.name, values, text)
    table = _table(values)
    if table is None:
        raise ConfigError("has no table [tool.pipeline]", path=file.name, hint=f"add it, or write a {FILE}")
    if not isinstance(table, dict):
        raise ConfigError(
            "'tool.pipeline' must be a table", path=file.name, hint="write [tool.pipeline] above the keys"
        )
    return Declaration(file.parent, file.name, table, text, ("tool", "pipeline"))


def _table(document: Mapping[str, Any]) -> Any:
    tool = document.get("tool")
    return tool.get("pipeline") if isinstance(tool, dict) else None


def _parsed(file: Path, needed: str = "") -> tuple[str, dict[str, Any]]:
    """The text of a TOML file and what it says; nothing if it has not even the word ``needed``."""
    try:
        content = file.read_bytes()
        text = content.decode("utf-8-sig")
    except OSError as error:
        hint = "name a file that is there: --config FILE" if isinstance(error, FileNotFoundError) else ""
        raise ConfigError(f"cannot be read: {error.strerror}", path=str(file), hint=hint) from error
    except UnicodeDecodeError as error:
        from pipeline.diagnostic import position

        line, column = position(content, error.start)
        raise ConfigError("is not UTF-8", path=file.name, line=line, column=column, hint="save it as UTF-8") from error
    text = text.replace("\r\n", "\n")
    if needed not in text:
        return text, {}
    try:
        return text, tomllib.loads(text)
    except RecursionError as error:
        raise ConfigError("is nested too deeply", path=file.name) from error
    except ValueError as error:
        from pipeline.diagnostic import position

        fault = re.fullmatch(FAULT, str(error), re.DOTALL)
        if fault is None:  # such as an integer of 5,000 digits
            raise ConfigError(f"is not valid TOML: {error}", path=file.name) from error
        line, column = (int(fault[2]), int(fault[3])) if fault[2] else position(text.encode(), len(text.encode()))
        raise ConfigError(f"is not valid TOML: {fault[1]}", path=file.name, line=line, column=column) from error


def _from_module(folder: Path, config: str) -> Declaration:
    module, _, name = config.partition(":")
    if not (all(map(str.isidentifier, module.split("."))) and name.isidentifier()):
        hint = "name a .toml file, or package.module:name"
        raise ConfigError(f"{config!r} is neither a .toml file nor a name in a module", hint=hint)
    before = set(sys.modules)
    try:
        with importing_from(folder):
            found = getattr(importlib.import_module(module), name)
            values = found() if callable(found) else found
            if module not in before:  # so that it is read anew when it has changed
                del sys.modules[module]
    except (Exception, SystemExit) as error:  # it is the user's code
        path, line = _raised_below(folder, error)
        message = f"cannot take the configuration from {config!r}: {type(error).__name__}: {error}"
        raise ConfigError(message, path=path, line=line) from error
    if not isinstance(values, Mapping):
        raise ConfigError(f"{config!r} must be a dict or a callable that gives one, not {type(values).__name__}")
    return Declaration(folder, config, values)


@contextlib.contextmanager
def importing_from(folder: Path | None) -> Iterator[None]:
    """Lets modules that lie in ``folder``, if there is one, be imported, before any others of their name."""
    if folder is None:
        yield
        return
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    try:
        yield
    finally:
        with contextlib.suppress(ValueError):  # what was imported may have changed the path for itself
            sys.path.remove(str(folder))


def _raised_below(folder: Path, error: BaseException) -> tuple[str, int | None]:
    """The last line of the project's own code that an exception came through."""
    import traceback

    if isinstance(error, SyntaxError) and error.filename:
        return os.path.relpath(error.filename, folder), error.lineno
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if Path(frame.filename).is_relative_to(folder):
            return os.path.relpath(frame.filename, folder), frame.lineno
    return "", None


def check_shadowing(folder: Path) -> None:
    """See that nothing in ``folder`` takes the place of this package.

    Raises:
        ConfigError: the app, or ``python -m pipeline``, would import another ``pipeline`` from there.
    """
    package = folder / "pipeline"
    with contextlib.suppress(OSError):
        if os.path.samefile(package, Path(__file__).parent.parent):
            return
    for file in (package / "__init__.py", folder / "pipeline.py"):
        if os.path.isfile(file):
            message = "would be imported by `python -m pipeline` and `import pipeline` in place of this package"
            raise ConfigError(message, path=str(file), hint="rename it")
