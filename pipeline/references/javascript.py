"""What a script points at: modules, workers and URLs beside it, assets of the site, and its source map.

The finder of all but the last is `pipeline.syntax.javascript_modules`; a source map is named by real comments only
(ECMA-426, extraction by parsing).
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote

from pipeline.expressions import expression
from pipeline.references import Language, Reference
from pipeline.syntax.javascript_literals import escape
from pipeline.syntax.javascript_modules import Request, requests, words
from pipeline.syntax.javascript_skim import skim
from pipeline.syntax.javascript_tokens import Token
from pipeline.urls import SCHEME

__all__ = ["JAVASCRIPT"]

_MARK = b"sourceMappingURL="
_COMMENT = expression(rb"/[/*][#@]\s*+sourceMappingURL=((?:[^\s*]|\*(?!/))++)\s*+(?:\*/)?\Z")
_LAST_LINE = expression(rb"(?:\A|[\n\r])[ \t]*+(//[#@]\s?+sourceMappingURL=(\S++))\s*+\Z")
_PLAIN_LINE = expression(rb"(?:\A|[\n\r])[ \t]*+(//[#@] ?sourceMappingURL=([!#-&(-)+-_a-~]++))[\n\r]*+\Z")
"""Such a line that ends no string, template or comment: if it stood in one, the script would be broken.

`_at_the_end` says the same of that, so nothing needs to be read before this line.
"""
_UNSAFE = expression(r"[\s*]")
_NOT_BARE = ("/", "./", "../")
_KINDS = {
    "static": "module",
    "export": "module",
    "dynamic": "module",
    "resolve": "module",  # HTML §8.1.6.6: a module specifier, by the import map
    "beside": "url",
    "worker": "worker",
    "asset": "asset",
    "manifest": "manifest",
}


def find(content: bytes) -> list[Reference]:
    """References of a script, in order.

    Kinds: ``module``, of an import or export or ``import.meta.resolve``; ``url``, relative to the script; ``worker``,
    relative to the page; ``asset``,
    the whole call of ``asset_url``, with a path below the site's root; ``manifest``, the whole call of
    ``asset_manifest``, its globs one a line; ``sourcemap``, the last comment that names one, with nothing but spaces
    and comments behind it.
    """
    candidates = words(content)
    named = _MARK in content
    if not candidates:
        if not named:
            return []
        if plain := _PLAIN_LINE.search(content, max(content.rfind(_MARK) - 80, 0)):
            return [_comment(content, plain.span(1), plain.span(2))]
    skipped = list(skim(content))
    found = [_reference(request) for request in requests(content, candidates, skipped) if not _is_folder(request)]
    return found + (_source_map(content, skipped) if named else [])


def embed(url: str, content: bytes, reference: Reference) -> bytes:
    """What stands for ``url`` at the place of ``reference``.

    In a literal it is escaped for its quotes, in a comment it ends neither that nor itself; a call of ``asset_url``
    becomes a literal. For a module a relative one begins with a dot, or it would be a bare name. For
    ``asset_manifest`` it is no URL but the expression to write there.
    """
    if reference.kind == "sourcemap":
        return _UNSAFE.sub(lambda match: quote(match[0], safe=""), url).encode()
    if reference.kind == "manifest":
        return url.encode()
    if reference.kind == "asset":
        return f'"{escape(url, chr(34))}"'.encode()
    if reference.kind == "module" and not url.startswith(_NOT_BARE) and not SCHEME.match(url):
        url = f"./{url}"
    return escape(url, chr(content[reference.start - 1])).encode()


def _is_folder(request: Request) -> bool:
    """``new URL("./", import.meta.url)`` says where the script lies, and names no file."""
    return request.kind == "beside" and request.specifiers[0].rpartition("/")[2] in {"", ".", ".."}


def _reference(request: Request) -> Reference:
    return Reference(request.start, request.stop, "\n".join(request.specifiers), _KINDS[request.kind])


def _source_map(content: bytes, skipped: Iterable[Token]) -> list[Reference]:
    found, end = None, 0
    for kind, start, stop in skipped:
        if kind.startswith("broken"):
            return _at_the_end(content)
        if kind == "comment":
            named = _COMMENT.match(content, start, stop)
            if content[end:start].strip():
                found = None  # code behind it
            found = _comment(content, (start, stop), named.span(1)) if named else found
            end = stop
    return [found] if found and not content[end:].strip() else []


def _at_the_end(content: bytes) -> list[Reference]:
    """What a script that cannot be read to its end says in its last line."""
    line = _LAST_LINE.search(content, max(content.rfind(_MARK) - 80, 0))
    return [_comment(content, line.span(1), line.span(2))] if line else []


def _comment(content: bytes, whole: tuple[int, int], span: tuple[int, int]) -> Reference:
    return Reference(*span, content[slice(*span)].decode("utf-8", "replace"), "sourcemap", whole)


JAVASCRIPT = Language(suffixes=(".js", ".mjs", ".cjs"), find=find, embed=embed)
