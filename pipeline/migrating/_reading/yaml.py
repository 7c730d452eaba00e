"""Bundles of webassets in YAML, read as a tree of nodes: no tag makes anything, and what is read is bounded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipeline.errors import ConfigError
from pipeline.expressions import expression
from pipeline.migrating._reading.project import YAML, Project

BUNDLE = expression(rb"^\s*+(?:-\s++)?contents\s*+:", re.MULTILINE)
MOST = 50_000
"""Nodes of a file, counted as often as aliases lead to them."""
INSTALL = "pip install 'pipeline-assets[yaml]'"


class _TooMuch(Exception):  # noqa: N818  (it ends the reading)
    """More than `MOST`."""


def documents(project: Project) -> Iterator[tuple[Path, dict[Any, Any], dict[Any, int]]]:
    """Every file that declares bundles: what it says, and the line of each key at its top and in ``bundles``.

    Raises:
        ConfigError: there is one, and PyYAML is not installed.
    """
    for file in project.files(YAML):
        content = project.read(file)
        if content and BUNDLE.search(content) and b"output" in content:
            found = _loaded(project, file, content)
            if found:
                yield file, *found


def _loaded(project: Project, file: Path, content: bytes) -> tuple[dict[Any, Any], dict[Any, int]] | None:
    try:
        import yaml
    except ImportError as error:
        raise ConfigError("reading this takes PyYAML", path=project.shown(file), hint=INSTALL) from error
    try:
        root = yaml.compose(content, Loader=yaml.SafeLoader)
        values = _Values().of(root) if root else None
        lines = {key.value: key.start_mark.line + 1 for key in _keys(root)}
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        why = f"is not valid YAML: {getattr(error, 'problem', None) or type(error).__name__}"
        project.left.append(project.place(file, mark.line + 1 if mark else None).warning(why, "it was not read"))
    except (_TooMuch, RecursionError, ValueError):
        project.left.append(project.place(file).warning("is nested too deeply, or says too much", "it was not read"))
    else:
        return (values, lines) if isinstance(values, dict) else None
    return None


def _keys(root: Any) -> Iterator[Any]:
    for key, item in root.value if _is_mapping(root) else ():
        yield key
        if key.value == "bundles" and _is_mapping(item):
            yield from (each for each, _ in item.value)


def _is_mapping(node: Any) -> bool:
    return node is not None and node.tag.endswith(":map")


class _Values:
    """Plain values of nodes; what has a tag of its own is ``None``."""

    def __init__(self) -> None:
        self.left = MOST

    def of(self, node: Any) -> Any:
        self.left -= 1
        if self.left < 0:
            raise _TooMuch
        kind = node.tag.rpartition(":")[2]
        if kind == "map":
            found: dict[Any, Any] = {}
            for key, item in node.value:
                merged = self.of(item)
                if key.tag.endswith(":merge"):
                    for each in merged if isinstance(merged, list) else [merged]:
                        found = (each if isinstance(each, dict) else {}) | found
                else:
                    found[str(key.value)] = merged
            return found
        if kind == "seq":
            return [self.of(each) for each in node.value]
        if kind == "bool":
            return node.value.lower() in {"true", "yes", "on"}
        return node.value if kind in {"str", "int", "float", "timestamp", "value"} else None
