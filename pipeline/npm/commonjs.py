"""Tells CommonJS from what browsers can load as a module."""

from __future__ import annotations

from pathlib import Path

from pipeline.expressions import expression
from pipeline.npm import PackageError
from pipeline.npm.package import Package
from pipeline.syntax.javascript_code import in_code
from pipeline.syntax.javascript_skim import skim

_STATEMENT = expression(rb"\b(?:import(?=[\s\"'{*./\x80-\xff])|export(?=[\s{*/\x80-\xff]))")
_USE = expression(rb"\b(?:module\s*+\.\s*+exports\b|typeof\s++exports\b|require\s*+\()")
_EXPORTS = expression(rb"\bexports\s*+[.,\[=)]")
_OWN_EXPORTS = expression(rb"\bfunction\b\s*+\w*+\s*+\(\s*+exports\b")
_CALL = expression(rb"import\s*+\(")
_META = expression(rb"import\s*+\.\s*+meta\b")
_SCRIPTS = {".js", ""}


def is_commonjs(file: Path, package: Package, *, doubtful: bool) -> bool:
    """Whether browsers cannot load a file of a package because it is CommonJS.

    By its name, by the ``type`` of the package, and by its content: statements that only a module may have, or the
    variables that Node gives to CommonJS.

    Args:
        doubtful: take it for CommonJS if nothing says what it is.

    Raises:
        PackageError: the file cannot be read.
    """
    suffix = file.suffix.lower()
    if suffix == ".cjs":
        return True
    if suffix not in _SCRIPTS or package.type_of(file) == "module":
        return False
    try:
        content = file.read_bytes()
    except OSError as error:
        raise PackageError(f"cannot be read: {error.strerror}") from error
    return not is_module(content) and (doubtful or uses_commonjs(content))


def is_module(content: bytes) -> bool:
    """Whether a script has an import, an export or ``import.meta``, as modules only may (ECMA-262 §16.2)."""
    candidates = [match.start() for match in _STATEMENT.finditer(content)]
    if not candidates:
        return False
    return any(
        _META.match(content, offset) or not (braces.around(offset) or _CALL.match(content, offset))
        for offset, braces in in_code(content, candidates, skim(content))
    )


def uses_commonjs(content: bytes) -> bool:
    """Whether a script uses ``module.exports``, ``exports`` or ``require``; what is written for all loaders does.

    What is written for script elements may have a parameter of its own with the name ``exports``.
    """
    patterns = (_USE,) if _OWN_EXPORTS.search(content) else (_USE, _EXPORTS)
    candidates = sorted({match.start() for pattern in patterns for match in pattern.finditer(content)})
    return bool(candidates) and any(True for _ in in_code(content, candidates, skim(content)))
