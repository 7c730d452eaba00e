"""What is known of webassets' filters: which can be steps, what they take, what they make and what they need."""

from __future__ import annotations

import contextlib
import importlib
import inspect
import os
from collections.abc import Iterator
from posixpath import splitext
from typing import Any

from pipeline.asset import AssetPath
from pipeline.errors import ConfigError, ToolNotFound, TransformError, did_you_mean
from pipeline.transforms._webassets_refused import REFUSED

MADE = {
    ".css": {
        *("less", "libsass", "postcss", "sass", "scss", "stylus"),
    },
    ".js": {"babel", "coffeescript", "dustjs", "jade", "requirejs", "typescript"},
}
MODULES = {".mjs", ".cjs"}

PACKAGES = {
    "pip install": {
        "closure_js": "closure",
    },
    "npm install --global": {
        "autoprefixer6": "postcss-cli autoprefixer",
        "babel": "@babel/cli @babel/core",
        "cleancss": "clean-css-cli",
        "coffeescript": "coffeescript",
        "dustjs": "dusty",
        "jade": "jade",
        "less": "less",
        "postcss": "postcss-cli postcss",
        "requirejs": "requirejs",
        "sass": "sass",
        "scss": "sass",
        "stylus": "stylus",
        "typescript": "typescript",
        "uglifyjs": "uglify-js",
    },
}


def webassets_module(name: str) -> Any:
    """A module of webassets; they take 115 ms to import, so they come only when a step needs them."""
    import webassets

    return importlib.import_module(f"{webassets.__name__}.{name}")


def filter_class(name: str) -> Any:
    """The filter registered as ``name``.

    Raises:
        ConfigError: there is none, with the nearest name, or it cannot be a step.
    """
    known = webassets_module("filter")._FILTERS  # noqa: SLF001  # there is no public list of names
    if name not in known:
        raise ConfigError(f"unknown webassets filter {name!r}", hint=did_you_mean(name, sorted(known)))
    joins = ("cannot be a step", "it joins files into one") if getattr(known[name], "concat", None) else None
    if refused := REFUSED.get(name, joins):
        raise ConfigError(f"the webassets filter {name!r} {refused[0]}", hint=refused[1])
    return known[name]


def option_names(kind: Any) -> list[str]:
    """What the constructors of a filter class take by name: their arguments, and what its ``options`` declare."""
    declared = webassets_module("filter").parse_options(kind.options).items()
    names = [attribute if argument is None else argument for attribute, (argument, _, _) in declared]
    for constructor in [vars(base)["__init__"] for base in kind.__mro__ if "__init__" in vars(base)]:
        parameters = list(inspect.signature(constructor).parameters.values())[1:]
        names += [each.name for each in parameters if each.kind not in {each.VAR_POSITIONAL, each.VAR_KEYWORD}]
        if not any(each.kind is each.VAR_KEYWORD for each in parameters):
            break
    return [name for name in names if name]  # False stands for an option that only the environment may set


def made_path(path: AssetPath, name: str) -> AssetPath:
    """``path`` with the suffix of what the filter ``name`` makes.

    >>> made_path(AssetPath("css/site.scss"), "libsass")
    'css/site.css'
    """
    stem, suffix = splitext(path)
    made = next((each for each, names in MADE.items() if name in names), suffix)
    return AssetPath(stem + (suffix if suffix in MODULES else made))


def set_up(name: str, tool: Any) -> None:
    """Let a filter look for what it needs.

    Raises:
        ToolNotFound: it says that a package or a setting is missing.
    """
    try:
        tool.setup()
    # The builtin EnvironmentError, which is OSError, or its own one, or that of an import.
    except (OSError, ImportError, webassets_module("exceptions").EnvironmentError) as error:
        raise ToolNotFound(_said(error), hint=_how_to_install(name, error)) from error


def translated(name: str, error: Exception) -> TransformError:
    """What the filter ``name`` raised while it ran, as ours."""
    below = error if isinstance(error, OSError) else error.__context__
    no_program = isinstance(below, FileNotFoundError) and _raised_in_subprocess(below)
    if no_program or isinstance(error, ImportError):
        return ToolNotFound(_said(error), hint=_how_to_install(name, error))
    line = getattr(error, "lineno", None)
    return TransformError(_said(error), line=line if isinstance(line, int) else None)


def _said(error: Exception) -> str:
    return str(error).strip().removesuffix(".") or type(error).__name__


def _raised_in_subprocess(error: BaseException) -> bool:
    """Whether it was the program that was not found, not some file that the filter reads."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return trace is not None and trace.tb_frame.f_globals.get("__name__") == "subprocess"


def _how_to_install(name: str, error: Exception) -> str:
    for command, packages in PACKAGES.items():
        if name in packages:
            return f"{command} {packages[name]}"
    missing = error if isinstance(error, ImportError) else error.__context__
    if isinstance(missing, ImportError) and missing.name:
        return f"pip install {'libsass' if name == 'libsass' else missing.name}"
    return "install it, or put it on PATH"


@contextlib.contextmanager
def process_restored() -> Iterator[None]:
    folder, variables = os.getcwd(), dict(os.environ)
    try:
        yield
    finally:
        os.chdir(folder)
        for name in os.environ.keys() - variables.keys():
            del os.environ[name]
        os.environ.update({name: value for name, value in variables.items() if os.environ.get(name) != value})
