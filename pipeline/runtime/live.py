"""Where `pipeline watch --reload` tells apps what their pages must load, as long as it runs."""

from __future__ import annotations

import os
import re

from pipeline.expressions import expression

SCRIPT = expression(r"http://127\.0\.0\.1:[0-9]{1,5}/[\w-]{1,100}/reload\.js", re.ASCII)
"""The URL of its script: of this machine, and nothing that could end an attribute."""


def place(manifest: str | os.PathLike[str]) -> str:
    """The file that holds the URL, beside a manifest."""
    return os.path.join(os.path.dirname(manifest), ".pipeline", "reload")


def script_url(manifest: str | os.PathLike[str]) -> str:
    """The URL of the script that pages must load; ``""`` if nobody watches."""
    try:
        with open(place(manifest), encoding="ascii") as stream:
            url = stream.read(200)
    except (OSError, UnicodeDecodeError):
        return ""
    return url if SCRIPT.fullmatch(url) else ""
