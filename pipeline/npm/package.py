"""One installed package: its ``package.json``, and the files that its paths lead to."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from posixpath import normpath
from typing import Any
from urllib.parse import unquote

from pipeline.expressions import expression
from pipeline.npm import PackageError

LARGEST = 4 * 1024 * 1024
"""Bytes of a ``package.json``; the largest in use have some hundred thousand."""
_DEEPEST = 64
_BRACKET = expression(
    r'"[^"\\]*+(?:\\.[^"\\]*+)*+"|(?P<unfinished>"[\s\S]*+)|(?P<open>[\[{])|(?P<close>[\]}])', re.DOTALL
)
_ENCODED_SLASH = expression("%2f|%5c", re.IGNORECASE)
_REINSTALL = "install it again, or map it in [modules.imports]"


@dataclass(frozen=True, slots=True)
class Package:
    """A package in a ``node_modules`` folder.

    Attributes:
        name: such as ``lit`` or ``@lit/reactive-element``.
        folder: where it stands; may be a link to where its files are, as pnpm and workspaces make them.
        data: its ``package.json``; empty without one.
    """

    name: str
    folder: Path
    data: dict[str, Any]

    def text(self, field: str) -> str:
        """A field that holds a path; empty if it is not there or switched off.

        Raises:
            PackageError: it is something else.
        """
        value = self.data.get(field)
        if value is None or value is False:
            return ""
        if isinstance(value, str):
            return value
        raise PackageError(f"has a broken package.json: {field!r} is no string", _REINSTALL)

    def path(self, target: str) -> Path:
        """Where a path of the package leads, whether there is a file or not.

        Args:
            target: relative to the package, percent-encoded as in a URL.

        Raises:
            PackageError: it leads out of the package, by dots or by links, or can be no file.
        """
        try:
            name = unquote(target, errors="strict")
            name.encode()
        except UnicodeError:
            raise PackageError(f"leads to {target!r}, which can be no file") from None
        if _ENCODED_SLASH.search(target) or "\\" in name or "\0" in name:
            raise PackageError(f"leads to {target!r}, which can be no file")
        path = self.folder / normpath(name)
        outside = name.startswith("/") or normpath(name).split("/")[0] == ".."
        if outside or not self.holds(path):
            raise PackageError(f"leads to {target!r}, which is outside of the package {self.name!r}")
        return path

    def holds(self, path: Path) -> bool:
        """Whether a path leads into the package, links followed."""
        return _real(path).is_relative_to(_real(self.folder))

    def type_of(self, file: Path) -> str:
        """The ``type`` that the nearest ``package.json`` at or above ``file`` gives; empty if it gives none."""
        for folder in file.parents:
            if folder == self.folder:
                break
            if os.path.isfile(folder / "package.json"):
                return str(_read(folder / "package.json").get("type", ""))
        return str(self.data.get("type", ""))


def _real(path: Path) -> Path:
    """Where a path leads; unlike ``Path.resolve`` it does not mind links that lead to themselves."""
    return Path(os.path.realpath(path))


def installed(name: str, folder: Path) -> Package | None:
    """The package ``name`` in a ``node_modules`` folder, if it is there.

    Raises:
        PackageError: its ``package.json`` is broken.
    """
    home = folder / name
    if not os.path.isdir(home):  # unlike Path.is_dir it is false for names that no file can have
        return None
    manifest = home / "package.json"
    return Package(name, home, _read(manifest) if os.path.isfile(manifest) else {})


def _read(file: Path) -> dict[str, Any]:
    try:
        with file.open("rb") as stream:
            content = stream.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise ValueError(f"it has more than {LARGEST} bytes")
        text = content.decode("utf-8-sig")
        _refuse_depth(text)
        data = json.loads(text, parse_constant=_refuse_constant)
    except (OSError, ValueError) as error:
        raise PackageError(f"has a broken package.json: {error}", _REINSTALL) from error
    if not isinstance(data, dict):
        raise PackageError("has a broken package.json: it is no object", _REINSTALL)
    return data


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _refuse_depth(text: str) -> None:
    """A parser that calls itself for every bracket must not see too many of them."""
    depth = 0
    for token in _BRACKET.finditer(text):
        depth += (token.lastgroup == "open") - (token.lastgroup == "close")
        if depth > _DEEPEST:
            raise ValueError(f"it is nested deeper than {_DEEPEST}")
