"""Variants: the compressed copies of outputs that are worth their bytes, made, or taken as they were made before."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.asset import Blob
from pipeline.config import Config
from pipeline.engine.cache import Cache
from pipeline.engine.executors import Run
from pipeline.engine.kept import Kept
from pipeline.media_types import compressible
from pipeline.naming import NAME_MAX_ON_DISK
from pipeline.release import Output

AT_ONCE = 100
"""Variants that the cache is asked for together."""
DIGEST = hashlib.sha256().digest_size
WORTH_IT = 0.95
"""A variant is kept if it has at most this share of the original's bytes."""

Found = dict[str, tuple[str, Blob]]
"""The file and the bytes of each variant by its encoding."""


@dataclass(frozen=True, slots=True)
class _Job:
    """Bytes, and which compressors are to make what of them."""

    content: Blob
    compressors: tuple[int, ...]


Rows = tuple[str, dict[int, bytes]]
"""The digest of the bytes, and what each compressor made of them, as the cache keeps it."""


@dataclass(frozen=True, slots=True)
class _Squeeze:
    """Does a job, in any process."""

    compressors: tuple[Callable[[bytes], bytes], ...]

    def __call__(self, job: _Job) -> Rows:
        data = job.content.read()
        return job.content.digest, {each: _row(self.compressors[each](data), len(data)) for each in job.compressors}


class Variants:
    """Those of one build.

    Args:
        config: the compressors.
        cache: what was made before, and where what is made now lies.
    """

    def __init__(self, config: Config, cache: Cache) -> None:
        self.compressors = tuple(step.plugin for step in config.compress)
        self.identities = [f"{step.identity} {WORTH_IT}" for step in config.compress]
        self.cache = cache
        self.known: dict[str, tuple[str, int]] = {}

    def made(self, outputs: Sequence[Output], run: Run) -> list[Found]:
        """The variants of each output, in their order; their bytes lie in the cache."""
        wanted = [[*self._wanted(output)] for output in outputs]
        contents = {output.content.digest: output.content for output in outputs}
        uses = {output.content.digest: uses for output, uses in zip(outputs, wanted, strict=True) if uses}
        keys = {digest: {each: self._key(each, digest) for each, _ in files} for digest, files in uses.items()}
        self._remember([key for of_one in keys.values() for key in of_one.values()])
        jobs = [
            _Job(contents[digest], rest)
            for digest, of_one in keys.items()
            if (rest := tuple(each for each, key in of_one.items() if key not in self.known))
        ]
        run(_Squeeze(self.compressors), jobs, lambda job: job.content.size, self._keep)
        return [self._found(output, files) for output, files in zip(outputs, wanted, strict=True)]

    def _wanted(self, output: Output) -> Iterator[tuple[int, str]]:
        """The compressors that may be worth it, and the file of what each makes."""
        if not self.compressors or not compressible(output.path) or not output.content.size:
            return
        for index, compressor in enumerate(self.compressors):
            file = output.file + compressor.suffix
            if len(file.rpartition("/")[2].encode()) <= NAME_MAX_ON_DISK:
                yield index, file

    def _key(self, compressor: int, digest: str) -> str:
        return f"variant:{self.identities[compressor]} {digest}"

    def _remember(self, keys: Sequence[str]) -> None:
        """Look what was made before; a part at a time, for its bytes are in memory meanwhile."""
        self.cache.bring(keys)
        if self.cache.is_empty():
            return
        for start in range(0, len(keys), AT_ONCE):
            for key, row in self.cache.get_all(keys[start : start + AT_ONCE]).items():
                self.known[key] = row[:DIGEST].hex(), len(row) - DIGEST

    def _keep(self, rows: Rows) -> Rows:
        """Keep in the cache what was made, and no longer in memory."""
        digest, made = rows
        for compressor, row in made.items():
            key = self._key(compressor, digest)
            self.cache.put(key, row)
            self.known[key] = row[:DIGEST].hex(), len(row) - DIGEST
        return digest, {}

    def _found(self, output: Output, files: Sequence[tuple[int, str]]) -> Found:
        found: Found = {}
        for compressor, file in files:
            key = self._key(compressor, output.content.digest)
            digest, size = self.known[key]
            if digest:
                found[self.compressors[compressor].encoding] = (
                    file,
                    Blob(digest, size, Kept(self.cache, key, size, size)),
                )
        return found


def _row(small: bytes, size: int) -> bytes:
    """A variant as the cache keeps it, behind its digest; nothing for one that is not worth its bytes."""
    return hashlib.sha256(small).digest() + small if len(small) <= WORTH_IT * size else b""
