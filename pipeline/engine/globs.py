"""Globs: those that include and exclude as in ``.gitignore``, and those that list the sources of a bundle."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property, lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING

from pipeline.expressions import expression

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

SPECIAL = expression(r"([\\*?\[\]!# ])")
"""What has a meaning in a pattern of ``.gitignore``."""
MAGIC = expression(r"[*?\[]")
WHOLE = expression(r"/(?:[^*?\[\\/\s]++/?+)*+(?<!/)")
"""The path of one file or folder, without a character that means something else."""
PARTS = expression(r"\*\*/|\*\*|\*|\?|\[!?\]?[^\]]*+\]|[^*?\[]++|\[")


class Globs:
    """Patterns with the meaning they have in ``.gitignore`` (https://git-scm.com/docs/gitignore)."""

    def __init__(self, patterns: Iterable[str]) -> None:
        self.patterns = tuple(patterns)
        # Paths that are written out may be thousands, and a specification asks all of its patterns.
        ordered = any(each.startswith("!") for each in self.patterns)
        whole = {each for each in self.patterns if WHOLE.fullmatch(each)} if not ordered else set()
        self._whole = {each[1:] for each in whole}
        self._others = [each for each in self.patterns if each not in whole]

    @cached_property
    def _spec(self) -> GitIgnoreSpec:
        from pathspec import GitIgnoreSpec  # 10 ms that only those wait for who ask

        return GitIgnoreSpec.from_lines(self._others)

    def match(self, path: str) -> bool:
        """Whether the last pattern that is about ``path`` (a folder ends in ``/``) is not a ``!`` one."""
        if self._whole and not self._whole.isdisjoint(accumulate(path.split("/"), "{}/{}".format)):
            return True
        return bool(self._others) and self._spec.match_file(path)


def literal(text: str) -> str:
    """A pattern of ``.gitignore``, or a part of one, in which every character stands for itself."""
    return SPECIAL.sub(r"\\\1", text)


def is_glob(pattern: str) -> bool:
    """Whether a bundle's source is a pattern and not the path of one file."""
    return MAGIC.search(pattern) is not None


@lru_cache(256)
def glob(pattern: str) -> re.Pattern[str]:
    """A bundle's pattern: ``*`` and ``?`` stay within a folder, ``**`` does not, ``[…]`` is a set of characters."""
    return re.compile("".join(map(_translated, PARTS.findall(pattern))))


def _translated(part: str) -> str:
    if part == "**/":
        return "(?:[^/]+/)*"
    if part.startswith("["):
        inside = part[1:-1].replace("\\", "\\\\").replace("[", "\\[").replace("&&", "&\\&").replace("~~", "~\\~")
        if not inside:
            return re.escape(part)
        return f"(?!/)[^{inside[1:]}]" if inside.startswith("!") else f"(?!/)[{inside}]"
    return {"**": ".*", "*": "[^/]*", "?": "[^/]"}.get(part) or re.escape(part)
