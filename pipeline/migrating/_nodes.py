"""Bundles of webassets as they are declared: in Python, in YAML, in templates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from pipeline.diagnostic import Diagnostic
from pipeline.migrating import Place
from pipeline.migrating._reading.values import Call, is_known
from pipeline.migrating._steps import Filter, name_of_class, variables

BUNDLES = tuple(
    f"{package}.Bundle" for package in ("webassets", "webassets.bundle", "flask_assets", "flask.ext.assets")
)
GET_FILTER = "get_filter"
IGNORED = {
    "depends": "what a step reads is looked at anyway",
    "version": "the version is the fingerprint in the name",
    "extra": "give them to asset_tag as attributes",
    "debug": "`pipeline watch` takes its place",
    "remove_duplicates": "a file goes into a bundle once",
    "config": "give options to the step",
}
"""Options of a bundle that are left out, and why."""


@dataclass(eq=False, slots=True)
class Node:
    """A bundle: contents are paths, globs and other bundles; ``output`` is ``None`` if there is none.

    The paths are relative to the folder that the site has at ``base``.
    """

    contents: list[str | Node]
    filters: list[Filter]
    output: str | None
    place: Place
    merge: bool = True
    base: str = ""

    def inside(self) -> list[Node]:
        """Itself and all bundles in it, each once."""
        waiting, found = [self], dict[int, Node]()
        while waiting:
            node = waiting.pop()
            if id(node) not in found:
                found[id(node)] = node
                waiting += [each for each in node.contents if isinstance(each, Node)]
        return [*found.values()]


@dataclass(slots=True)
class Reader:
    """Makes nodes; what cannot be told goes to ``left``."""

    left: list[Diagnostic]
    settings: Mapping[str, Any]
    known: dict[int, Node] = field(default_factory=dict)

    def of_call(self, call: Call) -> Node:
        """``Bundle(…)``; one that stands in many others is one node."""
        if id(call) not in self.known:
            self.known[id(call)] = node = Node([], [], None, call.place)  # before what it holds: it may hold itself
            self.fill(node, call.args, call.options)
        return self.known[id(call)]

    def fill(self, node: Node, contents: Any, options: Mapping[str, Any]) -> None:
        """Read contents and options into a node."""
        node.contents = self._contents(contents, node.place)
        node.filters = self._filters(options.get("filters", options.get("filter")), node.place)
        output = options.get("output")
        if output is not None and not isinstance(output, str | PurePath):
            self.left.append(node.place.warning("the output of this bundle is computed, so it was left out"))
        node.output = str(output) if isinstance(output, str | PurePath) else None
        node.merge = options.get("merge") is not False
        for name, why in IGNORED.items():
            if options.get(name):
                self.left.append(node.place.note(f"{name!r} of this bundle was left out: {why}", _shown(options[name])))
        if "**" in options:
            self.left.append(node.place.warning("some options of this bundle are computed, so they were left out"))

    def _contents(self, given: Any, place: Place) -> list[str | Node]:
        found: list[str | Node] = []
        for each in given if isinstance(given, list | tuple) else [given]:
            if isinstance(each, Call) and each.name in BUNDLES:
                found.append(self.of_call(each))
            elif isinstance(each, Node):
                found.append(each)
            elif isinstance(each, str | PurePath):
                found.append(str(each))
            elif isinstance(each, list | tuple):
                found += [str(one) for one in each if isinstance(one, str)]
            else:
                self.left.append(
                    place.warning("a part of this bundle is computed, so it was left out", "add it to `sources`")
                )
        return found

    def _filters(self, given: Any, place: Place) -> list[Filter]:
        names = given.split(",") if isinstance(given, str) else given
        if names is not None and not isinstance(names, list | tuple):
            names = [names]
        found: list[Filter] = []
        for each in names or ():
            name, options = each, dict[str, Any]()
            if isinstance(each, Call):
                named = each.last == GET_FILTER
                name = each.argument(0, "f") if named else name_of_class(each.last)
                options = {key: value for key, value in each.options.items() if is_known(value)}
                if options.keys() != each.options.keys() or (each.args and not named):
                    self.left.append(place.warning(f"some options of a filter are computed: {each.last}"))
            if isinstance(name, str) and name.strip():
                found.append(Filter(name.strip(), self._of_settings(name.strip()) | options))
            else:
                self.left.append(
                    place.warning("a filter of this bundle is computed, so it was left out", "see `steps`")
                )
        return found

    def _of_settings(self, name: str) -> dict[str, Any]:
        """Options that the settings of the environment give a filter."""
        return {option: self.settings[key] for key, option in variables(name).items() if key in self.settings}


def _shown(value: Any) -> str:
    if isinstance(value, dict) and is_known(value):
        return ", ".join(f"{key}={each!r}" for key, each in value.items())[:200]
    return ""
