"""Templates of an app: which files they are, and the asset names in them that a site does not have."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.config import Config
from pipeline.diagnostic import LINE_END, Diagnostic, excerpt, position
from pipeline.engine.globs import glob, is_glob
from pipeline.errors import ConfigError, did_you_mean
from pipeline.expressions import expression
from pipeline.inspection.template_engines import Found, in_django, in_jinja
from pipeline.nearest import Known
from pipeline.urls import split

NEAR = 10_000
"""Bytes behind the name before in which one is looked for: a line may be a whole file."""
DJANGO = expression(r"\{%\s*+(?:load|static|asset_url|asset_tags?)\s")
MAYBE_DJANGO = expression(
    r"\{%\s*+(?:url|csrf_token|comment|verbatim|blocktrans(?:late)?|translate|trans\s++[\"']|empty|ifchanged|spaceless|"
    r"block\s++\w++-|cycle|firstof|now|widthratio|regroup|templatetag|querystring)|\{%[^%]*\swith\s|\|\w++:"
)
"""What Jinja does not have, in a template that it cannot parse."""


@dataclass(frozen=True, slots=True)
class Name:
    """An asset's name in a template.

    Attributes:
        text: the name.
        line: from 1.
        start: byte offset of the name, or ``None`` if it does not stand there literally.
    """

    text: str
    line: int
    start: int | None


def files_of(patterns: Iterable[str], config: Config) -> list[Path]:
    """The files that globs match, each once, sorted; a folder stands for all that is in it.

    Args:
        patterns: relative to the project; ``*`` and ``?`` stay within a folder, ``**`` does not. A name that begins
            with a dot is only found if the pattern starts with the folder that it stands in.
        config: where the project is; its output and cache hold no templates.

    Raises:
        ConfigError: a pattern matches nothing.
    """
    found: set[Path] = set()
    for pattern in patterns:
        matching = {*_matching(pattern.replace("\\", "/"), config)}
        if not matching:
            raise ConfigError(f"--templates {pattern!r} matches no file", hint="it is relative to the project folder")
        found |= matching
    return sorted(found)


def _matching(pattern: str, config: Config) -> Iterator[Path]:
    fixed, rest = [], pattern.split("/")
    while rest and not is_glob(rest[0]):
        fixed.append(rest.pop(0))
    base = Path(os.path.abspath(config.project / ("/".join(fixed) or ".")))
    if base.is_file():
        yield base
    wanted = glob("/".join(rest) or "**")
    for folder, folders, files in os.walk(base):
        here = Path(folder)
        folders[:] = [name for name in folders if name[0] != "." and here / name not in {config.output, config.cache}]
        for name in files:
            if name[0] != "." and wanted.fullmatch((here / name).relative_to(base).as_posix()):
                yield here / name


def missing(file: Path, known: Sequence[str], config: Config) -> tuple[list[str], list[Diagnostic]]:
    """The names in a template, and an error for each that ``known`` does not have, a warning if it does not parse.

    Args:
        file: the template.
        known: logical paths of all assets.
        config: where the project is.

    Raises:
        ConfigError: it cannot be read, or its engine is not installed.
    """
    path = os.path.relpath(file, config.project).replace(os.sep, "/")
    try:
        content = file.read_bytes()
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror}", path=path) from error
    names, diagnostics = names_in(content, path)
    assets, nearby = frozenset(known), Known(known)
    for name in names:
        if not _exists(name.text, assets):
            hint = did_you_mean(name.text, nearby)
            line, column, shown = name.line, None, ""
            if name.start is not None:
                line, column = position(content, name.start)
                shown = excerpt(content, name.start, name.start + len(name.text.encode()))
            message = f"{name.text!r} is not an asset of the site"
            diagnostics.append(Diagnostic("error", message, path, line, column, hint, shown))
    return [split(name.text)[0] for name in names], sorted(diagnostics)


def _exists(name: str, known: Collection[str]) -> bool:
    """Whether a name is an asset's, maybe with a fragment; a folder's and none at all are prefixes, not names."""
    return name in known or split(name)[0] in known or not name or name.endswith("/")


def names_in(content: bytes, path: str) -> tuple[list[Name], list[Diagnostic]]:
    """The asset names in a template, in order, and a warning if it does not parse.

    A template with ``{% load %}``, ``{% static %}``, ``{% asset_url %}``, ``{% asset_tag %}`` or ``{% asset_tags %}``
    is Django's; any other is Jinja's. One of the latter that Jinja cannot parse but that has other tags of Django is
    Django's too, and then it names no asset, for that takes one of those tags.

    Args:
        content: of the template; without ``{{`` and ``{%`` it is none, whatever its bytes are.
        path: for the warning.

    Raises:
        ConfigError: the engine is not installed.
    """
    if b"{{" not in content and b"{%" not in content:
        return [], []
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line, column = position(content, error.start)
        return [], [Diagnostic("warning", "is not UTF-8, so it was not searched for names", path, line, column)]
    found, problem = _read(re.sub(r"\r\n?", "\n", text))
    if problem is None:
        return _placed(found, content), []
    line, message = problem
    return _placed(found, content), [Diagnostic("warning", f"does not parse: {message}", path, line)]


def _read(text: str) -> Found:
    if DJANGO.search(text):
        return in_django(text)
    found, problem = in_jinja(text)
    return found, None if problem and MAYBE_DJANGO.search(text) else problem


def _placed(found: Iterable[tuple[int, str]], content: bytes) -> list[Name]:
    """The names with their offsets; in a line each stands behind the one before."""
    starts = [0, *(match.end() for match in LINE_END.finditer(content)), len(content)]
    names: list[Name] = []
    reached = 0
    for line, text in found:
        begin = max(reached, starts[line - 1])
        quoted = re.compile(rb"([\"'])/?+(" + re.escape(text.encode()) + rb")\1")
        match = quoted.search(content, begin, min(begin + NEAR, starts[line]))
        start = match.start(2) if match else None
        reached = max(reached, start or 0)
        names.append(Name(text, line, start))
    return names
