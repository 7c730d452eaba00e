"""How a name in the configuration becomes a plug-in: a module of an open set, or ``package.module:Name``."""

from __future__ import annotations

import dataclasses
import hashlib
import importlib
import os
import pkgutil
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from pipeline.engine.tools import Tools
from pipeline.errors import ConfigError, did_you_mean

PACKAGES = {"site-packages", "dist-packages"}
WORDS = {int: "an integer", float: "a number", str: "a string", bool: "true or false", list: "a list", dict: "a table"}


def members(package: str) -> list[str]:
    """The names of an open set: the public modules of ``package``, sorted."""
    found = pkgutil.iter_modules(importlib.import_module(package).__path__)
    return sorted(module.name for module in found if not module.name.startswith("_"))


def load(package: str, name: str) -> Any:
    """The one public name of the module ``name`` in ``package``, or what ``package.module:Name`` names.

    Raises:
        ConfigError: there is no such plug-in, with the nearest name.
    """
    if ":" in name:
        module_name, _, attribute = name.partition(":")
        try:
            return getattr(importlib.import_module(module_name), attribute)
        except (ImportError, AttributeError) as error:
            raise ConfigError(f"cannot load {name!r}: {error}") from error
    known = members(package)
    if name not in known:
        raise ConfigError(f"unknown {package.rpartition('.')[2][:-1]} {name!r}", hint=did_you_mean(name, known))
    module = importlib.import_module(f"{package}.{name}")
    (public,) = module.__all__
    return getattr(module, public)


def make(package: str, name: str, options: Mapping[str, Any]) -> Any:
    """A plug-in with its options, checked against the fields and types of its dataclass.

    A plug-in whose options are open has a class method ``from_options(options)`` instead.

    Raises:
        ConfigError: no such plug-in, an unknown option, a missing one, or one of the wrong type.
    """
    factory: Any = load(package, name)
    if hasattr(factory, "from_options"):
        return factory.from_options(options)
    if not hasattr(factory, "__dataclass_fields__"):
        if options:
            raise ConfigError(f"{name!r} takes no options")
        return factory
    fields = {item.name: item for item in dataclasses.fields(factory)}
    types = get_type_hints(factory)
    for key, value in options.items():
        if key not in fields:
            raise ConfigError(f"unknown option {key!r} of {name!r}", hint=did_you_mean(key, list(fields)))
        if not _fits(value, types[key]):
            raise ConfigError(
                f"option {key!r} of {name!r} must be {_in_words(types[key])}, not {_in_words(type(value))}"
            )
    try:
        return factory(**{key: tuple(value) if isinstance(value, list) else value for key, value in options.items()})
    except (TypeError, ValueError) as error:
        raise ConfigError(f"{name!r}: {error}") from error


def identity(plugin: Any, tools: Tools | None = None) -> str:
    """What decides the results of a plug-in: its name and options, the versions of the tools it calls, its source.

    A plug-in says which versions by an attribute ``version``, by ``variables`` what it takes from the environment, and
    by ``tools`` which programs it runs: they are asked where ``tools`` finds them. Of a plug-in from elsewhere the
    files count that it stands in and that were loaded with it, see `_source`.
    """
    kind = type(plugin) if dataclasses.is_dataclass(plugin) else plugin
    name = f"{getattr(kind, '__module__', '')}.{getattr(kind, '__qualname__', '')}"
    options = repr(plugin) if dataclasses.is_dataclass(plugin) else ""
    variables = {each: os.environ.get(each) for each in variables_of(plugin)} or ""
    versions = [tools.version(each) for each in getattr(plugin, "tools", ())] if tools else ""
    source = _source(getattr(kind, "__module__", None))
    return f"{name} {options} {getattr(plugin, 'version', '')} {variables} {versions or ''} {source}"


def variables_of(plugin: Any) -> tuple[str, ...]:
    """What a plug-in, and the programs that it runs, take from the environment."""
    own: tuple[str, ...] = tuple(getattr(plugin, "variables", ()))
    return (*own, *(name for tool in getattr(plugin, "tools", ()) for name in tool.variables))


@cache
def _source(module: str | None) -> str:
    """A digest of the code of a module that is not of this package; ``""`` for those of this package.

    It may import others: of an installed package all modules count that are loaded, of a module in a folder of
    somebody's own all that are loaded from there. What is imported only while it runs is not seen.
    """
    top = (module or "").partition(".")[0]
    first = getattr(sys.modules.get(top), "__file__", None)
    if top == __name__.partition(".")[0] or not first:
        return ""
    folder = os.path.dirname(os.path.dirname(first) if os.path.basename(first) == "__init__.py" else first)
    digest = hashlib.sha256()
    for name, file in sorted(_loaded_from(folder)):
        if name.partition(".")[0] == top or os.path.basename(folder) not in PACKAGES:
            digest.update(f"{name}\0{hashlib.sha256(Path(file).read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()


def _loaded_from(folder: str) -> Iterator[tuple[str, str]]:
    """Name and file of every module that was loaded from below a folder, but for packages installed in it."""
    for name, module in [*sys.modules.items()]:
        file = getattr(module, "__file__", None)
        if file and file.startswith(folder + os.sep) and os.path.isfile(file):
            inside = os.path.relpath(file, folder).split(os.sep)
            if PACKAGES.isdisjoint(inside):
                yield name, file


def forget() -> None:
    """Look at the files of plug-ins again: some were imported anew."""
    _source.cache_clear()


def require(package: str, *, extra: str) -> None:
    """Make sure that an optional package is there.

    Args:
        package: what would be imported.
        extra: the extra of this distribution that installs it.

    Raises:
        ConfigError: it is missing or broken, with the command that installs it.
    """
    try:
        importlib.import_module(package)
    except ImportError as error:
        hint = f"pip install 'pipeline-assets[{extra}]'"
        raise ConfigError(f"the package {package!r} cannot be imported: {error}", hint=hint) from error


def _fits(value: object, wanted: Any) -> bool:
    """Whether a value of TOML is of a type: a plain one, ``tuple[…, ...]`` for a list, or a union of them."""
    if get_origin(wanted) in {Union, UnionType}:
        return any(_fits(value, each) for each in get_args(wanted))
    if get_origin(wanted) is tuple:
        return isinstance(value, list) and all(_fits(each, get_args(wanted)[0]) for each in value)
    wanted = get_origin(wanted) or wanted  # of a table only that it is one
    if wanted in {int, float} and isinstance(value, bool):
        return False
    return isinstance(value, (int, float) if wanted is float else wanted)


def _in_words(kind: Any) -> str:
    if get_origin(kind) in {Union, UnionType}:
        return " or ".join(_in_words(each) for each in get_args(kind) if each is not type(None))
    if get_origin(kind) is tuple:
        return f"a list, each {_in_words(get_args(kind)[0])}"
    kind = get_origin(kind) or kind
    return WORDS.get(kind, str(getattr(kind, "__name__", kind)))
