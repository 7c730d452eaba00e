"""What a stylesheet for Tailwind CSS names: other stylesheets, plug-ins, and where classes are searched for.

The at-rules are those of https://tailwindcss.com/docs/functions-and-directives.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from types import MappingProxyType

from pipeline.asset import Asset, Blob
from pipeline.diagnostic import positions
from pipeline.engine.fetch import Fetch
from pipeline.engine.looking import GLOB
from pipeline.errors import TransformError
from pipeline.expressions import expression
from pipeline.syntax.css import skimmer
from pipeline.transforms._places import Places

PACKAGES = "node_modules"
RULE = expression(
    r"@(import|reference|plugin|config|source)\s+(not\s+)?(?:url\(\s*)?(?:\"([^\"\n]*+)\"|'([^'\n]*+)')([^;{}]*+)"
)
SOURCE = expression(r"source\(\s*(?:(none)|\"([^\"\n]*+)\"|'([^'\n]*+)')\s*\)")
ELSEWHERE = expression(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)
BRACES = expression(r"\{([^{}]*+)\}")
NOTHING: Mapping[str, bytes] = MappingProxyType({})
MOST = 1000
"""Globs that one with braces may stand for."""


class Files:
    """All that Tailwind may read for one asset, as inputs, by its place in the project.

    Attributes:
        places: around the asset.
        names: what people call each file.
        explicit: whether a stylesheet says that nothing is to be searched but what it names.
        entry: the place of the asset.
        found: what each file holds.
    """

    def __init__(self, asset: Asset, fetch: Fetch) -> None:
        self.places, self._fetch = Places(asset, fetch), fetch
        self.names: dict[str, str] = {}
        self.explicit = False
        self.found: dict[str, bytes] = {}
        self._stylesheets: dict[str, str] = {}
        self.entry = self._inside(self.places.file, str(asset.path))

    def add_stylesheet(self, file: Path, text: str) -> None:
        """A stylesheet, and what it names, however deep."""
        name = self._inside(file, self.places.name(file))
        if name in self._stylesheets:
            return
        self._stylesheets[name] = text
        self._put(name, text.encode(), self.places.name(file))
        for rule, negative, *quoted, rest in RULE.findall(_without_comments(text)):
            named = "".join(quoted)
            if rule == "source" and not negative:
                self._add_source(file, named)
            elif rule != "source" and not ELSEWHERE.match(named):
                self._add_named(rule, file, named)
            for none, *other in SOURCE.findall(rest) if rule in {"import", "reference"} else ():
                self.explicit = True
                if not none:
                    self._add_source(file, "".join(other))

    def add_all(self, pattern: str) -> None:
        """The files of the project that a glob matches."""
        for name, file in self._fetch.glob(pattern).items():
            if file != self.places.file and PACKAGES not in name.split("/"):
                self._put(name, file.read_bytes(), self.places.name(file))

    def known(self, plugged: Collection[str]) -> tuple[object, ...]:
        """What Tailwind may keep in memory: all but what stylesheets hold, and files searched for classes.

        Args:
            plugged: globs of what plug-ins read.
        """
        return tuple(
            (name, digest is None if name.endswith(".css") else digest)
            for name, digest in self._fetch.inputs.items()
            if not name.startswith(GLOB) or name.removeprefix(GLOB) in plugged
        )

    def map(self, given: str | None, folder: Path) -> Blob | None:
        """The map that Tailwind gives of what it made in a folder, with the places of files in the project."""
        if not given:
            return None
        found = json.loads(given)
        found["sources"] = [self._file(each or "", folder) for each in found.get("sources", ())]
        return self.places.map(found)

    def place_of(self, word: str) -> tuple[str, int, int] | None:
        """Where a class is applied that there is not."""
        applied = re.compile(rf"@apply\s[^;{{}}]*?(?<![\w-])({re.escape(word)})(?![\w-])")
        for name, text in self._stylesheets.items():
            if match := applied.search(_without_comments(text)):
                content = text.encode()
                line, column = positions(content)(len(text[: match.start(1)].encode()))
                return self.names[name], line, column
        return None

    def _file(self, source: str, folder: Path) -> str:
        """One that is named absolutely, at times without the first slash; what the program brings has no place."""
        file = source if os.path.isabs(source) else os.path.join(folder.anchor, source)
        below = os.path.relpath(file, folder).replace(os.sep, "/")
        if below == self.entry:
            return str(self.places.file)
        if below.startswith("../"):
            _, packaged, rest = below.rpartition(f"/{PACKAGES}/")
            below = f"{PACKAGES}/{rest if packaged else f'tailwindcss/{os.path.basename(file)}'}"
        return str(self._fetch.project / below)

    def _add_named(self, rule: str, file: Path, named: str) -> None:
        """Another stylesheet, or a script."""
        relative = named.startswith(".") or rule in {"import", "reference"}
        beside = Path(os.path.normpath(file.parent / named))
        for each in (beside, beside.with_name(f"{beside.name}.css")) if relative else ():
            data = self.places.read(each)
            if data is None:
                continue
            name = self._inside(each, named)
            if rule in {"import", "reference"}:
                self.add_stylesheet(each, data.decode("utf-8-sig", "replace"))
            else:
                self._put(name, data, self.places.name(each))
            return
        if not named.startswith((".", "/")):
            parts = named.split("/")
            package = "/".join(parts[: 2 if named.startswith("@") else 1])
            self.places.read(Path(os.path.normpath(self._fetch.project / PACKAGES / package / "package.json")))

    def _add_source(self, file: Path, named: str) -> None:
        target = os.path.normpath(file.parent / named)
        for each in _expanded(self._inside(Path(target), named)):
            deeper = not any(char in each for char in "*?[") and (self._fetch.project / each).is_dir()
            self.add_all((f"{each}/**" if each != "." else "**") if deeper else each)

    def _put(self, name: str, content: bytes, called: str) -> None:
        if name != self.entry or name not in self.found:
            self.found[name], self.names[name] = content, called

    def _inside(self, file: Path, named: str) -> str:
        if not file.is_relative_to(self._fetch.project):
            raise TransformError(f"{named!r} lies outside of the project")
        return file.relative_to(self._fetch.project).as_posix()


def write(folder: Path, found: Mapping[str, bytes], packages: Path, before: Mapping[str, bytes] = NOTHING) -> None:
    """Have a folder hold some files and no others, and lead to the packages of npm.

    Args:
        folder: which.
        found: the files, in the order in which they are to be written.
        packages: the project's ``node_modules``, which need not exist.
        before: the files that it holds so far.
    """
    for name in before.keys() - found.keys():
        (folder / name).unlink()
    for name, content in found.items():
        if before.get(name) != content:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
    if packages.is_dir() and not (folder / PACKAGES).exists():
        (folder / PACKAGES).symlink_to(os.path.realpath(packages), target_is_directory=True)


def _without_comments(text: str) -> str:
    """The same with spaces in place of comments."""
    content = bytearray(text.encode())
    for match in skimmer(b"").finditer(bytes(content)):
        if match.lastgroup == "comment":
            start, stop = match.span("comment")
            content[start:stop] = b" " * (stop - start)
    return content.decode()


def _expanded(pattern: str) -> list[str]:
    """A glob with braces as several without."""
    done, waiting = list[str](), [pattern]
    while waiting:
        each = waiting.pop()
        match = BRACES.search(each)
        if not match:
            done.append(each)
        elif len(done) + len(waiting) > MOST:
            raise TransformError(f"@source {pattern!r} stands for too many globs")
        else:
            waiting += [f"{each[: match.start()]}{part}{each[match.end() :]}" for part in match[1].split(",")]
    return done
