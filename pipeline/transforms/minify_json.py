"""The step ``minify_json``: JSON without white space between its tokens, ``"*.json" = ["minify_json"]``."""

from __future__ import annotations

import codecs
import json
from dataclasses import dataclass
from typing import Any, ClassVar

from pipeline.asset import Asset, Blob
from pipeline.diagnostic import Diagnostic
from pipeline.engine.fetch import Fetch
from pipeline.expressions import expression
from pipeline.transforms import Made

__all__ = ["MinifyJson"]

SPACE = expression(rb'("(?:[^"\\]++|\\.)*+")|[ \t\r\n]++')


@dataclass(frozen=True, slots=True)
class MinifyJson:
    """Takes white space out of JSON (RFC 8259), as in source maps and web app manifests too, and changes nothing else.

    Numbers stay spelt as they are, keys in their order, also those that stand there twice. What is no JSON is left as
    it is, with a warning that says where it goes wrong.
    """

    joins: ClassVar[bool] = False

    def __call__(self, asset: Asset, fetch: Fetch) -> Made:  # noqa: ARG002
        """The asset without white space, or as it was."""
        content = asset.content.read()
        bom = codecs.BOM_UTF8 if content.startswith(codecs.BOM_UTF8) else b""
        text = content[len(bom) :]
        try:
            _check(text.decode())
        except json.JSONDecodeError as error:
            place = error.lineno, error.colno
            return Made((asset,), (_warning(asset, f"no JSON: {error.msg}", *place),))
        except UnicodeDecodeError as error:
            return Made((asset,), (_warning(asset, f"no UTF-8: {error.reason} at byte {error.start}"),))
        except ValueError as error:
            return Made((asset,), (_warning(asset, f"no JSON: {error}"),))
        except RecursionError:
            return Made((asset,), (_warning(asset, "brackets in brackets, too deep to be looked into"),))
        small = bom + SPACE.sub(rb"\1", text)
        if len(small) == len(content):
            return Made((asset,))
        return Made((Asset(asset.path, Blob.of(small), asset.origin or (asset,)),))


def _check(text: str) -> None:
    """Read a text and keep nothing of it.

    Raises:
        ValueError: it is no JSON.
        RecursionError: it is too deep.
    """
    json.loads(text, parse_int=_nothing, parse_float=_nothing, parse_constant=_refuse, object_pairs_hook=_nothing)


def _nothing(found: Any) -> None:
    """Numbers may have more digits than Python reads."""


def _refuse(found: str) -> None:
    raise ValueError(f"{found} is no value")


def _warning(asset: Asset, reason: str, line: int | None = None, column: int | None = None) -> Diagnostic:
    return Diagnostic("warning", f"is published as it is: {reason}", asset.path, line, column)
