"""django-compressor: each ``{% compress %}`` in a template becomes a bundle; the settings say its steps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from posixpath import basename, splitext
from typing import Any

from pipeline.expressions import expression
from pipeline.migrating import Bundle, Found, Part, Place, Step
from pipeline.migrating._compressed import Element, elements
from pipeline.migrating._django import read_statics
from pipeline.migrating._dotted import NEW_APP, names, to_change
from pipeline.migrating._precompilers import precompilers
from pipeline.migrating._reading.project import Project
from pipeline.migrating._reading.python import Python
from pipeline.migrating._reading.template_calls import names_of_files
from pipeline.migrating._reading.templates import Tag, blocks
from pipeline.migrating._steps import MINIFY

__all__ = ["django_compressor"]

PREFIX, PACKAGE = "COMPRESS_", "compressor"
SUFFIXES = {"css": ".css", "js": ".js"}
URL, OUTPUT, FILTERS = "COMPRESS_URL", "COMPRESS_OUTPUT_DIR", "COMPRESS_FILTERS"
NEEDLESS = {"CssAbsoluteFilter", "CssRelativeFilter"}
"""URLs are rewritten in every stylesheet anyway."""
DONE_BY_MINIFY = ("jsmin", "cssmin", "yuglify", "yui", "slimit", "calmjs", "csscompressor")
WITHOUT = {
    "ENABLED": "`pipeline watch`, or runserver of the adapter, builds while you work",
    "OFFLINE": "a build is always made before the deploy",
    "OFFLINE_CONTEXT": "bundles are declared once, and no template is rendered",
    "DEBUG_TOGGLE": "`pipeline watch` leaves files unminified",
    "PARSER": "bundles are declared, and no page is parsed",
    "ROOT": "`output` is STATIC_ROOT",
    "CSS_HASHING_METHOD": "names change with the content",
    "CACHE_BACKEND": "there is a cache, and it needs no setting",
    "TEMPLATE_FILTER_CONTEXT": "no file is rendered as a template",
    "DATA_URI_MAX_SIZE": "nothing is embedded in stylesheets as data: URLs",
}
"""Settings that have no equivalent, and what is done instead."""
CHANGED = {
    "compressor": (
        "becomes another app, and {% load compress %} becomes {% load pipeline %}",
        NEW_APP,
    ),
    "compressor.finders.": ("is to be removed", "nothing takes its place"),
    "compressor.storage.": ("is to be removed", "`compress` says which copies are made"),
    "compressor.contrib.": ("is to be removed", "asset_tag is a function in Jinja"),
}
COMPRESSED = ("gzip", "brotli")
MODES = {
    "inline": ("what was joined into the page is a file now", "write it into the page by hand where that counts"),
    "preload": ("this tag wrote a preload only", "preload_tags writes those"),
}
NOT_IN_NAMES = expression(r"[^\w-]++")
NOT_WRITTEN = 'declare a bundle in `[bundles]`, and write {% asset_tag "path" %}'


def django_compressor(project: Project, python: Python) -> Found | None:
    """Sources, a bundle for each tag, and their steps."""
    settings = [
        f"{PREFIX}{name}" for name in (*WITHOUT, "PRECOMPILERS", "CSS_FILTERS", "JS_FILTERS", "FILTERS", "STORAGE")
    ]
    compressed = [*blocks(project, "compress")]
    installed = any(name == PACKAGE for name, _ in names(python))
    if not compressed and not installed and not python.settings(*settings):
        return None
    found = Found("django-compressor")
    read_statics(project, python, found)
    for name, why in WITHOUT.items():
        found.left += [
            each.place.note(f"{each.name} has no equivalent", why) for each in python.settings(PREFIX + name)[-1:]
        ]
    url = python.setting(URL, found.left, "set `base_url`")
    if isinstance(url, str) and url.startswith(("/", "http")):
        found.settings["base_url"] = url
    for name, _ in names(python):
        if kinds := [kind for kind in COMPRESSED if f"storage.{kind.title()}" in name and PACKAGE in name]:
            found.settings["compress"] = kinds
    after = {kind: tuple(_filters(python, kind, found)) for kind in SUFFIXES}
    reader = _Blocks(python, found, after)
    for tag in compressed:
        reader.read(tag)
    found.left += to_change(python, CHANGED)
    found.named = names_of_files(project, "compress")
    return found


def _filters(python: Python, kind: str, found: Found) -> Iterator[Step]:
    """The steps for the filters of a kind, which minify unless they are none."""
    both = python.setting(FILTERS, found.left)
    given = python.setting(f"{PREFIX}{kind.upper()}_FILTERS", found.left)
    if given is None and isinstance(both, dict):
        given = both.get(kind)
    if given is None:  # what holds by default minifies
        yield MINIFY
        return
    place = (python.settings(f"{PREFIX}{kind.upper()}_FILTERS") or python.settings(FILTERS))[-1].place
    minified = False
    for name in given if isinstance(given, list | tuple) else ():
        last = str(name).rpartition(".")[2]
        if last in NEEDLESS:
            continue
        if any(each in last.lower() for each in DONE_BY_MINIFY):
            minified = True
        elif last in {"ClosureCompilerFilter", "CleanCSSFilter"}:
            minified = True
            found.left.append(place.note(f"the filter {last} became the step `minify`", "it needs no other program"))
        else:
            found.left.append(place.warning(f"the filter {str(name)!r} has no equivalent", "write a step of your own"))
    if minified:
        yield MINIFY


class _Blocks:
    """Makes bundles of tags."""

    def __init__(self, python: Python, found: Found, after: dict[str, tuple[Step, ...]]) -> None:
        self.found, self.after = found, after
        self._compilers = precompilers(python, found.left)
        urls = (python.setting(URL, []), found.settings.get("base_url"), "/static/")
        self._urls = [url for url in urls if isinstance(url, str) and url]
        folder = python.setting(OUTPUT, found.left)
        self._folder = folder.strip("/") if isinstance(folder, str) else "CACHE"
        self._by_parts: dict[tuple[Any, ...], str] = {}
        self._numbers: dict[str, int] = {}

    def read(self, tag: Tag) -> None:
        """The bundle, or bundles, of one tag; those with the same files are one."""
        kind, *rest = [*tag.token.text.split(), ""]
        if kind not in SUFFIXES:
            self.found.left.append(tag.place.warning(f"{{% compress {kind} %}} has no equivalent", NOT_WRITTEN))
            return
        listed = elements(tag, kind, self._urls)
        if any(each.path is None for each in listed):
            for each in listed:
                if each.path is None:
                    hint = "move it into a file of its own" if each.inline else NOT_WRITTEN
                    self.found.left.append(Place(tag.place.path, each.line).warning(each.problem, hint))
        runs = [*_runs([each for each in listed if each.path])]
        if rest[0] in MODES:
            self.found.left.append(tag.place.warning(*MODES[rest[0]]))
        name = rest[1] if len(rest) > 1 and rest[1] else splitext(basename(tag.place.path))[0]
        written = [self._bundle(tag, kind, name, run) for run in runs]
        if written:
            hint = f"write {' '.join(written)}"
            message = "this tag is to be replaced, with all up to {% endcompress %}"
            self.found.left.append(tag.place.note(message, hint))
        elif not listed:
            self.found.left.append(tag.place.warning("what stands in this tag cannot be told", NOT_WRITTEN))

    def _bundle(self, tag: Tag, kind: str, name: str, run: Sequence[Element]) -> str:
        steps = [(str(each.path), self._compilers.steps(each, self.found.left)) for each in run]
        parts = tuple(Part(path, before, tag.place) for path, before in steps if before is not None)
        key = tuple((part.source, str(part.steps)) for part in parts)
        if key not in self._by_parts:
            self._by_parts[key] = path = self._path(kind, name)
            self.found.bundles.append(Bundle(path, parts, self.after[kind], tag.place))
        return tag.template.tag(self._by_parts[key], dict(run[0].kept))

    def _path(self, kind: str, name: str) -> str:
        """A path of its own; the names of tags and templates hold no more than letters, digits and ``-_``."""
        stem = f"{self._folder}/{kind}/{NOT_IN_NAMES.sub('-', name) or 'site'}".lstrip("/")
        self._numbers[stem] = number = self._numbers.get(stem, 0) + 1
        return f"{stem}{f'-{number}' if number > 1 else ''}{SUFFIXES[kind]}"


def _runs(listed: Sequence[Element]) -> Iterator[list[Element]]:
    """Neighbours with the same attributes: django-compressor joins no others."""
    run: list[Element] = []
    for each in listed:
        if run and run[0].kept != each.kept:
            yield run
            run = []
        run.append(each)
    if run:
        yield run
