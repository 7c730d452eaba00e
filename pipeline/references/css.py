"""What a stylesheet points at."""

from __future__ import annotations

from urllib.parse import quote

from pipeline.references import Language, Reference
from pipeline.references._stylesheet import find

__all__ = ["CSS"]

_UNQUOTED_SPECIAL = "\"'()\\\x7f" + "".join(map(chr, range(0x21)))


def embed(url: str, content: bytes, reference: Reference) -> bytes:
    """``url`` as it has to be written at the place of ``reference``: in its quotes, without any, or in its comment."""
    if reference.kind == "sourcemap":
        return "".join(quote(char) if char in "* \t\n\r\f" else char for char in url).encode()
    before = content[reference.start - 1 : reference.start].decode("latin-1")
    special = before + "\\\n\r\f" if before in ("'", '"') else _UNQUOTED_SPECIAL
    return "".join(_escaped(char) if char in special else char for char in url).encode()


def _escaped(char: str) -> str:
    return "\\" + char if char.isprintable() else f"\\{ord(char):x} "


CSS = Language(suffixes=(".css",), find=find, embed=embed)
