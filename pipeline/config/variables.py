"""Settings in environment variables: their names, and how their text becomes a value."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Any

from pipeline.diagnostic import Diagnostic

PREFIX = "PIPELINE_"
LIKENESS = 0.85


def read_variables(
    environ: Mapping[str, str], kinds: Mapping[tuple[str, ...], type]
) -> tuple[dict[tuple[str, ...], tuple[str, Any]], tuple[Diagnostic, ...]]:
    """The settings that the environment gives.

    Args:
        environ: such as `os.environ`; a variable that is set to nothing counts as not set.
        kinds: the kind of value each key takes; the variable of ``("naming", "style")`` is ``PIPELINE_NAMING_STYLE``.

    Returns:
        The name of the variable and its value for each key that is set; a warning for each variable that is no
        key but looks like one.
    """
    keys = {PREFIX + "_".join(key).upper(): key for key in kinds}
    found, warnings = {}, []
    for name in sorted(name for name in environ if name.startswith(PREFIX) and environ[name].strip()):
        if name in keys:
            found[keys[name]] = name, value_of(environ[name], kinds[keys[name]])
        elif near := _near(name, list(keys)):
            warnings.append(Diagnostic("warning", f"{name} is no setting", "environment", hint=f"did you mean {near}?"))
    return found, tuple(warnings)


def value_of(text: str, kind: type) -> Any:
    """What ``text`` stands for, read as a TOML value if it is one.

    Where a string is wanted, only a quoted one is TOML, so that a folder may be called ``2024``; where a list is
    wanted, anything but a list or table is split at its commas.
    """
    try:
        document = tomllib.loads(f"value = {text}")
    except (ValueError, RecursionError):
        document = {}
    value = document["value"] if list(document) == ["value"] else text
    if kind is str:
        return value if isinstance(value, str) else text
    if kind is list and not isinstance(value, list):
        if isinstance(value, dict):
            return [value]
        return [part.strip() for part in (value if isinstance(value, str) else text).split(",") if part.strip()]
    return value


def _near(name: str, known: list[str]) -> str:
    """The known name so like ``name`` that it must have been meant; the common prefix does not count."""
    import difflib  # most have no variable that is like one of ours, and do not wait for it

    bare = {each.removeprefix(PREFIX): each for each in known}
    found = difflib.get_close_matches(name.removeprefix(PREFIX), bare, n=1, cutoff=LIKENESS)
    return bare[found[0]] if found else ""
