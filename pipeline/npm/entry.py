"""Files of packages without ``exports``: the one that a package is imported by, and any other as it is written.

The fields are those that bundlers agreed on: ``module``, then ``browser``, then ``main``
(https://github.com/defunctzombie/package-browser-field-spec for ``browser``).
"""

from __future__ import annotations

import os
from pathlib import Path
from posixpath import normpath

from pipeline.npm import PackageError
from pipeline.npm.package import Package

_FIELDS = ("module", "browser", "main")
_ENDINGS = ("", ".js", "/index.js")
_DEFAULT = "index.js"


def entry(package: Package) -> tuple[Path, bool]:
    """The file that a package is imported by, and whether it may well be CommonJS, as what ``main`` names is.

    Raises:
        PackageError: there is none; the fields cannot be read or lead out of the package.
    """
    named = [(field, package.text(field)) for field in _FIELDS if not isinstance(package.data.get(field), dict)]
    named = [(field, target) for field, target in named if target]
    for field, target in [*named, ("main", _DEFAULT)]:
        for ending in _ENDINGS:
            if os.path.isfile(package.path(target + ending)):
                return _in_browsers(package, normpath(target + ending)), field == "main"
    if named:
        raise PackageError(f"leads to {named[0][1]!r}, which is not in the package", "install it again")
    raise PackageError("has no entry", f"import one of its files: '{package.name}/…'")


def written(package: Package, subpath: str) -> Path:
    """The file at ``subpath``, which begins with ``./``; nothing is added to it.

    Raises:
        PackageError: it leads out of the package, or is switched off for browsers.
    """
    return _in_browsers(package, normpath(subpath))


def _in_browsers(package: Package, target: str) -> Path:
    """The file that the ``browser`` field puts in the place of ``target``, if it is a table that has it."""
    table = package.data.get("browser")
    if not isinstance(table, dict):
        return package.path(target)
    short = target.removesuffix(".js")
    key = next((key for key in (f"./{target}", target, f"./{short}", short) if key in table), None)
    if key is None:
        return package.path(target)
    new = table[key]
    if new is False:
        raise PackageError("is switched off for browsers by its package")
    if not isinstance(new, str):
        raise PackageError(f"has a broken package.json: 'browser' replaces {target!r} by no string")
    file = package.path(new)
    if not new.startswith("./") and not os.path.isfile(file):
        raise PackageError(f"is replaced by {new!r} in browsers", "import that")
    return file
