"""Variants: the compressed copies of outputs that are worth their bytes, made, or taken as they were made before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pipeline.asset import Blob
from pipeline.compress.copies import Copies, Squeezed
from pipeline.config import Config
from pipeline.engine.cache import Cache
from pipeline.engine.executors import Run
from pipeline.media_types import compressible
from pipeline.naming import NAME_MAX_ON_DISK
from pipeline.release import Output, Outputs
from pipeline.squeezing import Rows, Squeeze, key, serves, variant

AT_ONCE = 100
"""Variants that the cache is asked for together."""

KEPT: Rows = ("", {})
"""What is kept of what was made and lies in the cache."""


class Variants:
    """Those of one build.

    Args:
        config: the compressors.
        cache: what was made before, and where what is made now lies.
    """

    def __init__(self, config: Config, cache: Cache) -> None:
        self.squeeze, self.cache = Squeeze.of(config, cache), cache
        self.every = tuple(self.squeeze.compressors)
        self.longest = max((len(each.suffix) for each in self.squeeze.compressors.values()), default=0)
        self.known: dict[str, Squeezed] = {}  # by digest

    def of(self, outputs: Outputs, wanted: Sequence[Output], run: Run) -> Copies:
        """The variants of those outputs that are wanted; their bytes lie in the cache."""
        asked = [self._asked(output) for output in wanted]
        contents: dict[str, Blob] = {}
        lacking: dict[str, dict[str, None]] = {}
        for output, identities in zip(wanted, asked, strict=True):
            content = output.content
            known = self.known.setdefault(content.digest, content.variants)
            if content.variants and content.variants is not known:
                known = self.known[content.digest] = (*(dict(known) | dict(content.variants)).items(),)
            if rest := [each for each in identities if each not in dict(known)]:
                contents[content.digest] = content
                lacking.setdefault(content.digest, {}).update(dict.fromkeys(rest))
        self._remember([(each, digest) for digest, rest in lacking.items() for each in rest])
        jobs = [
            (contents[digest], identities)
            for digest, rest in lacking.items()
            if (identities := tuple(each for each in rest if each not in dict(self.known[digest])))
        ]
        run(self.squeeze, jobs, lambda job: job[0].size, self._keep)
        made = {output.path: self._made(output, each) for output, each in zip(wanted, asked, strict=True)}
        return Copies(outputs, self.squeeze.compressors, made)

    def _asked(self, output: Output) -> tuple[str, ...]:
        """The compressors that may be worth it."""
        if not compressible(output.path) or not output.content.size:
            return ()
        room = NAME_MAX_ON_DISK - len(output.file.rpartition("/")[2].encode())
        if room >= self.longest:
            return self.every
        compressors = self.squeeze.compressors
        return tuple(each for each in self.every if len(compressors[each].suffix) <= room)

    def _remember(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Look what was made before; a part at a time, for its bytes are in memory meanwhile."""
        keys = {key(*pair): pair for pair in pairs}
        self.cache.bring(keys)
        if self.cache.is_empty():
            return
        names = [*keys]
        for start in range(0, len(names), AT_ONCE):
            for where, row in self.cache.get_all(names[start : start + AT_ONCE]).items():
                identity, digest = keys[where]
                if serves(row, self.cache.files):
                    self._add(digest, [(identity, variant(self.cache, where, row))])

    def _keep(self, rows: Rows) -> Rows:
        """Keep in the cache what was made, and no longer in memory."""
        self._add(rows[0], self.squeeze.put(self.cache, rows))
        return KEPT

    def _add(self, digest: str, made: Iterable[tuple[str, Blob | None]]) -> None:
        self.known[digest] = (*self.known[digest], *made)

    def _made(self, output: Output, identities: tuple[str, ...]) -> Squeezed:
        known = self.known[output.content.digest]
        return known if identities is self.every else tuple(each for each in known if each[0] in identities)
