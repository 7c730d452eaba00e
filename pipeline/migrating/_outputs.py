"""Bundles of webassets as bundles of the configuration: nested ones become bundles of their own where they must."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from posixpath import normpath, splitext

from pipeline.diagnostic import Diagnostic
from pipeline.engine.globs import literal
from pipeline.expressions import expression
from pipeline.migrating import Bundle, Part, Place, Root, Step
from pipeline.migrating._nodes import Node
from pipeline.migrating._reading.project import Project
from pipeline.migrating._steps import MINIFY, recipe
from pipeline.path import asset_path

VERSION = expression(r"[-_.]%\(version\)s|%\(version\)s[-_.]?")
URL = expression(r"(?:[A-Za-z][A-Za-z0-9+.-]*+:)?//")
MOST = 100_000
"""Files in all bundles together."""


@dataclass(slots=True)
class Kept:
    """The files of one bundle so far, by path, and which bundles in it were read."""

    minified: bool
    parts: dict[str, Part] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)


class Outputs:
    """Makes bundles of nodes.

    Attributes:
        bundles: by path, in order.
        roots: folders that only some files are taken of, besides those of the static folders.
        generated: globs of what the old tool wrote.
    """

    def __init__(self, project: Project, roots: Sequence[Root], left: list[Diagnostic], *, recursive: bool) -> None:
        self.project, self.left, self.recursive = project, left, recursive
        self.bundles: dict[str, Bundle] = {}
        self.generated: list[str] = []
        self._static = roots
        self._outside: dict[tuple[Path, str], dict[str, None]] = {}
        self._paths: dict[int, list[str]] = {}
        self._numbers: dict[str, int] = {}
        self._left = MOST

    @property
    def roots(self) -> list[Root]:
        """See the class."""
        return [Root(folder, prefix, tuple(names)) for (folder, prefix), names in self._outside.items()]

    def add(self, node: Node) -> list[str]:
        """Make the bundle of a node, once; of one that only holds others theirs. Gives their paths."""
        if id(node) not in self._paths:
            self._paths[id(node)] = []  # while it is made: it may hold itself
            if node.output is not None:
                self._paths[id(node)] = self._made(node, self._path(node.output, node.place))
            elif node.contents and all(isinstance(each, Node) for each in node.contents):
                inner = [path for each in node.contents if isinstance(each, Node) for path in self.add(each)]
                self._paths[id(node)] = [*dict.fromkeys(inner)]
            else:
                self.left.append(node.place.warning("this bundle has no output, so it was left out"))
        return self._paths[id(node)]

    def _path(self, output: str, place: Place) -> str | None:
        if "%(version)s" in output:
            self.generated.append("/" + "*".join(map(literal, output.split("%(version)s"))))
        name = VERSION.sub("", output).replace("\\", "/")
        try:
            located = self._located(name, place) if name.startswith(("/", "../")) else name
            return asset_path(normpath(located)) if located else None
        except ValueError as error:
            self.left.append(place.warning(f"the output {output!r} {error}, so the bundle was left out"))
            return None

    def _made(self, node: Node, path: str | None) -> list[str]:
        if path is None:
            return []
        steps = recipe(node.filters, node.place, self.left)
        kept = Kept(MINIFY in steps.after)
        self._parts(node, steps.before, path, kept)
        bundle = Bundle(path, tuple(kept.parts.values()), tuple(steps.after), node.place, self.recursive)
        other = self.bundles.setdefault(path, bundle)
        if other.parts != bundle.parts or other.steps != bundle.steps:
            self.left.append(
                node.place.warning(f"{path!r} is declared in {other.place.path}:{other.place.line} already")
            )
        return [path]

    def _parts(self, node: Node, before: Sequence[Step], path: str, kept: Kept) -> None:
        """Put the files of a bundle, and of those in it, into ``kept.parts``."""
        key = f"{id(node)} {before}"
        if key in kept.seen:
            return  # once is enough
        kept.seen.add(key)
        self._left -= len(node.contents)
        if self._left < 0:
            self.left.append(
                node.place.warning(f"all bundles together have more than {MOST:,} files: its are left out")
            )
            return
        for each in node.contents:
            if not isinstance(each, str):
                self._nested(each, before, path, kept)
            elif source := self._source(each, node):
                kept.parts.setdefault(source, Part(source, tuple(before), node.place))

    def _nested(self, node: Node, before: Sequence[Step], path: str, kept: Kept) -> None:
        """What a bundle in another is there: its files, or if it has steps for all of them together, a bundle."""
        steps = recipe(node.filters, node.place, self.left if id(node) not in self._paths else [])
        if not [step for step in steps.after if not (kept.minified and step == MINIFY)]:
            self._parts(node, [*steps.before, *before], path, kept)
            return
        if node.output is None:
            stem, suffix = splitext(path)
            self._numbers[path] = number = self._numbers.get(path, 1) + 1
            node.output = f"{stem}.{number}{suffix}"
        for each in self.add(node):
            kept.parts.setdefault(each, Part(each, tuple(before), node.place))

    def _source(self, item: str, node: Node) -> str | None:
        place = node.place
        if URL.match(item):
            hint = "name it in the page before the bundle, or download it into a source folder"
            self.left.append(place.warning(f"{item!r} is of another site, so it was left out of the bundle", hint))
            return None
        path = normpath(item.replace("\\", "/"))
        if path.startswith(("/", "../")) or path == "..":
            path = self._located(path, place) or ""
        elif node.base:
            path = f"{node.base}/{path}"
        try:
            return asset_path(path) if path else None
        except ValueError as error:
            self.left.append(place.warning(f"the source {item!r} {error}, so it was left out"))
            return None

    def _located(self, item: str, place: Place) -> str | None:
        """The path in the site of an absolute file, or of one beside the static folder."""
        if not self._static:
            return None
        main = self._static[0].folder
        real = os.path.normpath(main / item)
        for root in self._static:
            if real.startswith(f"{root.folder}{os.sep}"):
                inner = os.path.relpath(real, root.folder).replace(os.sep, "/")
                return f"{root.prefix}/{inner}" if root.prefix else inner
        if not real.startswith(f"{self.project.folder}{os.sep}"):
            message = f"{item!r} leads out of {str(self.project.folder)!r}, so it was left out"
            self.left.append(place.warning(message, "run migrate in a folder above, or copy it into a source folder"))
            return None
        above = Path(os.path.commonpath([main, real]))
        first, *rest = Path(real).relative_to(above).parts
        folder = above / first if rest else above
        inner = "/".join(rest) or first
        self._outside.setdefault((folder, folder.name), {})[f"/{inner}"] = None
        return f"{folder.name}/{inner}"
