"""Variants: the compressed copies of outputs that are worth their bytes, made, or taken as they were made before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.asset import Blob
from pipeline.config import Config
from pipeline.engine.cache import Cache
from pipeline.engine.executors import Run
from pipeline.media_types import compressible
from pipeline.naming import NAME_MAX_ON_DISK
from pipeline.release import Output
from pipeline.squeezing import Rows, Squeeze, key, variant

AT_ONCE = 100
"""Variants that the cache is asked for together."""

Found = dict[str, tuple[str, Blob]]
"""The file and the bytes of each variant by its encoding."""


class Variants:
    """Those of one build.

    Args:
        config: the compressors.
        cache: what was made before, and where what is made now lies.
    """

    def __init__(self, config: Config, cache: Cache) -> None:
        self.squeeze, self.cache = Squeeze.of(config), cache
        self.encodings = {each: compressor.encoding for each, compressor in self.squeeze.compressors.items()}
        self.known: dict[str, dict[str, Blob | None]] = {}

    def made(self, outputs: Sequence[Output], run: Run) -> list[Found]:
        """The variants of each output, in their order; their bytes lie in the cache."""
        wanted = [dict(self._wanted(output)) for output in outputs]
        contents: dict[str, Blob] = {}
        lacking: dict[str, dict[str, None]] = {}
        for output, files in zip(outputs, wanted, strict=True):
            content = output.content
            known = self.known.setdefault(content.digest, {})
            known.update(content.variants)
            if rest := [each for each in files if each not in known]:
                contents[content.digest] = content
                lacking.setdefault(content.digest, {}).update(dict.fromkeys(rest))
        self._remember([(each, digest) for digest, rest in lacking.items() for each in rest])
        jobs = [
            (contents[digest], identities)
            for digest, rest in lacking.items()
            if (identities := tuple(each for each in rest if each not in self.known[digest]))
        ]
        run(self.squeeze, jobs, lambda job: job[0].size, self._keep)
        return [self._found(output, files) for output, files in zip(outputs, wanted, strict=True)]

    def _wanted(self, output: Output) -> Iterator[tuple[str, str]]:
        """The compressors that may be worth it, and the file of what each makes."""
        if not compressible(output.path) or not output.content.size:
            return
        for identity, compressor in self.squeeze.compressors.items():
            file = output.file + compressor.suffix
            if len(file.rpartition("/")[2].encode()) <= NAME_MAX_ON_DISK:
                yield identity, file

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
                self.known[digest][identity] = variant(self.cache, where, row)

    def _keep(self, rows: Rows) -> Rows:
        """Keep in the cache what was made, and no longer in memory."""
        self.known[rows[0]].update(self.squeeze.put(self.cache, rows))
        return rows[0], {}

    def _found(self, output: Output, files: dict[str, str]) -> Found:
        known = self.known[output.content.digest]
        return {self.encodings[each]: (file, blob) for each, file in files.items() if (blob := known[each])}
