"""Reads entries as manifests are written, an asset a line: each is judged as text, and taken apart when asked for.

So an app that needs few of 33,000 assets waits for one pass of a pattern, and not for 33,000 objects.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import partial

from pipeline.derived import Asked
from pipeline.expressions import expression
from pipeline.manifest.entry import Entry, Variant
from pipeline.manifest.form import entry
from pipeline.path import AssetPath, asset_path

_CHARACTER = r'[^"/:\\\x00-\x1f\x7f]'  # the rest of what a path may have needs a closer look
_PATH = rf'(?!\.\.?[/"]){_CHARACTER}++(?:/(?!\.\.?[/"]){_CHARACTER}++)*+'
_PART = r"[A-Za-z0-9_~.@!+,=%-]"
_URL = rf'(?!\.\.?[/?"]){_PART}++(?:/(?!\.\.?[/?"]){_PART}++)*+(?:\?v=[0-9a-f]++)?+'
_SIZE = r'"size": (?:0|[1-9][0-9]{0,17})'
_INTEGRITY = r'"integrity": "sha256-[A-Za-z0-9+/]{43}="'
_REFERENCE = f'"{_PATH}"'
_VARIANT = rf'"[a-z]++": \{{"file": "{_PATH}", {_SIZE}, {_INTEGRITY}\}}'


def _several(item: str) -> str:
    return f"(?:{item}(?:, {item})*+)?+"


_ENTRY = (
    rf'\{{"file": "{_PATH}", "url": "({_URL})", {_SIZE}, "type": "[ !#-\[\]-~]*+", {_INTEGRITY}, '
    rf'"references": \[{_several(_REFERENCE)}\], "variants": \{{{_several(_VARIANT)}\}}\}}'
)
LINE = expression(rf'    "({_PATH})": ({_ENTRY})(?:,\n|\Z)')
FILE, REFERENCES, VARIANTS = '{"file": "', '"references": [', '], "variants": {'
BESIDES = len('    "": ,\n')
"""What of a line is neither the path nor the entry."""


class Entries(Asked[AssetPath, Entry]):
    """Entries by path, each made of its text when it is asked for first.

    Attributes:
        urls: by path; no entry is made for them.
    """

    def __init__(self, found: dict[AssetPath, str | Entry], urls: Mapping[AssetPath, str]) -> None:
        super().__init__(found, partial(_entry, found))  # without a cycle: an app may hold two releases
        self._found, self.urls = found, urls

    def text(self, path: AssetPath) -> str | None:
        """How an entry was written, if that is how it is written."""
        found = self._found[path]
        return found if isinstance(found, str) else None

    def glance(self, path: AssetPath) -> tuple[str, Sequence[AssetPath]]:
        """The file and the references of an entry; no entry is made for them."""
        text = self.text(path)
        if text is None:
            return self[path].file, self[path].references
        start = text.index(REFERENCES) + len(REFERENCES)
        references = json.loads(text[start - 1 : text.index(VARIANTS, start) + 1])  # a path may have brackets
        return text[len(FILE) : text.index('"', len(FILE))], references


def taken_apart(data: bytes, head: bytes) -> tuple[Mapping[AssetPath, Entry], bytes]:
    """The entries of a manifest, and what is left of it; nothing and all of it if not every line is as it is written.

    Args:
        data: of the manifest.
        head: what stands before the entries.

    Raises:
        ValueError: a path that could not be one, or no UTF-8.
    """
    end = data.rfind(b"\n  }")
    if not data.startswith(head) or end < len(head):
        return {}, data
    text = data[len(head) : end].decode()
    lines: list[tuple[AssetPath, str, str]] = LINE.findall(text)
    if sum(len(path) + len(raw) + BESIDES for path, raw, _ in lines) != len(text) + len(",\n"):
        return {}, data
    found: dict[AssetPath, str | Entry] = {path: raw for path, raw, _ in lines}
    urls = {path: url for path, _, url in lines}
    if not text.isascii():
        found = {asset_path(path): raw if raw.isascii() else entry(json.loads(raw)) for path, raw, _ in lines}
        urls = {asset_path(path): url for path, _, url in lines}
    return Entries(found, urls), head + data[end:]


def _entry(found: Mapping[AssetPath, str | Entry], path: AssetPath) -> Entry:
    known = found[path]
    return _of_judged(known) if isinstance(known, str) else known


def _of_judged(raw: str) -> Entry:
    """An entry from text that is known to be of the right form."""
    tree = json.loads(raw)
    tree["references"] = tuple(tree["references"])
    tree["variants"] = {encoding: Variant(**variant) for encoding, variant in tree["variants"].items()}
    return Entry(**tree)
