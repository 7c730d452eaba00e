"""Text in any encoding that a stylesheet or script can declare, as UTF-8.

Follows https://drafts.csswg.org/css-syntax/#input-byte-stream: a BOM decides, then ``@charset``, then UTF-8; labels
mean what https://encoding.spec.whatwg.org/ says they mean.
"""

from __future__ import annotations

import codecs

from pipeline.diagnostic import position
from pipeline.errors import TransformError
from pipeline.expressions import expression

CHARSET = expression(rb'@charset "([^"\r\n]{1,40}+)";')
AS_WINDOWS_1252 = {"ascii", "iso8859-1"}
LEGACY = {
    *(f"cp{number}" for number in (866, 874, 932, 949, *range(1250, 1259))),
    *(f"iso8859-{number}" for number in (2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 14, 15, 16)),
    *(
        "big5",
        "euc_jp",
        "euc_kr",
        "gb18030",
        "gb2312",
        "gbk",
        "iso2022_jp",
        "koi8-r",
        "koi8-u",
        "mac-roman",
        "shift_jis",
    ),
}


def to_utf8(content: bytes, *, stylesheet: bool) -> bytes:
    """The same text as UTF-8; ``content`` itself if it is that already, its BOM included.

    What was in another encoding gets a BOM in its place, so that its bytes still say what they are.

    Raises:
        TransformError: bytes that are not of the declared encoding, or no UTF-8, with their offset.
    """
    encoding = _declared(content, stylesheet=stylesheet)
    try:
        if encoding == "utf-8":
            if not content.isascii():
                content.decode()
            return content
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        line, column = position(content, error.start)
        raise TransformError(
            f"byte {error.start} ({content[error.start]:#04x}) is not valid {encoding}",
            line=line,
            column=column,
            hint='save it as UTF-8, or declare its encoding: @charset "…"; at its very start'
            if stylesheet
            else "save it as UTF-8",
        ) from error
    text = text.removeprefix("\ufeff")
    if stylesheet and text.startswith('@charset "'):
        text = text[text.find(";") + 1 :]
        return b'@charset "utf-8";' + text.encode()
    return codecs.BOM_UTF8 + text.encode()


def _declared(content: bytes, *, stylesheet: bool) -> str:
    if content.startswith(codecs.BOM_UTF8):
        return "utf-8"
    if content.startswith(codecs.BOM_UTF16_LE):
        return "utf-16-le"
    if content.startswith(codecs.BOM_UTF16_BE):
        return "utf-16-be"
    match = CHARSET.match(content) if stylesheet else None
    return _by_label(match[1].decode("latin-1").strip()) if match else "utf-8"


def _by_label(label: str) -> str:
    try:
        name = codecs.lookup(label).name
    except (LookupError, ValueError):  # an unknown label declares nothing
        return "utf-8"
    if name in AS_WINDOWS_1252:
        return "cp1252"
    return name if name in LEGACY else "utf-8"
