"""Minifies every file of the packages in several processes, each with a judge of its own, and sums up what comes of it.

A judge of scripts is acorn; see `tests/packages/test_minify.py`.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import deflate

from tests import acorn
from tests.packages.npm import packages, unpacked
from tests.tools import require_tool

WORKERS = 2
LEVEL = 6
"""Of gzip."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of a file.

    Attributes:
        package: that it is of.
        path: its own, within the package.
        size: bytes that it had.
        kept: bytes of it that were left for safety; all or none.
        reason: why, or an empty string.
        gzipped: bytes after gzip of what was made of it.
        bare: the same of what the bare minifier makes of it.
        verdict: an empty string if both mean the same, ``unread: …`` if the judge cannot read the source.
    """

    package: str
    path: str
    size: int
    kept: int
    reason: str
    gzipped: int
    bare: int
    verdict: str


Minified = tuple[bytes, str]
"""What was made of a text, and why it is still the same if that was for safety."""


def gzipped(content: bytes) -> int:
    return len(deflate.gzip_compress(content, LEVEL))


def files(suffixes: Sequence[str]) -> list[tuple[str, Path]]:
    """Every file of the packages with one of some suffixes, with its package: largest first, so that all end together.

    Files that are called minified are never minified.
    """
    found = [
        (package.name, file)
        for package in packages()
        for file in unpacked(package).rglob("*")
        if file.suffix in suffixes and ".min." not in file.name.lower() and file.is_file()
    ]
    return sorted(found, key=lambda item: (-item[1].stat().st_size, item[1]))


class Acorn:
    """acorn in a process of its own, that compares the syntax trees of two scripts."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [require_tool("node"), "--stack-size=3900", str(acorn.HERE / "node/same_script.js")],
            env={**os.environ, "NODE_PATH": acorn.modules()},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __call__(self, before: Path, after: Path) -> str:
        """An empty string if both mean the same, or what is the matter."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps({"before": str(before), "after": str(after)}) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        return "" if "kind" in answer else ": ".join(*answer.items())

    def close(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait()


def judged(
    suffixes: Sequence[str], minify: Callable[[bytes], Minified], bare: Callable[[bytes], bytes], judge: type[Acorn]
) -> list[Judged]:
    """What became of every file of the packages, largest first.

    Args:
        suffixes: of the files.
        minify: what is judged; a function of a module.
        bare: the minifier that sizes are compared with; a function of a module.
        judge: a class whose instances compare two files, see `Acorn`; each worker makes one.
    """
    found = files(suffixes)
    shares = [found[number::WORKERS] for number in range(WORKERS)]
    with ProcessPoolExecutor(WORKERS) as pool:
        results = [pool.submit(_judge_all, share, minify, bare, judge) for share in shares]
        return [each for result in results for each in result.result()]


def _judge_all(
    share: Iterable[tuple[str, Path]],
    minify: Callable[[bytes], Minified],
    bare: Callable[[bytes], bytes],
    judge: type[Acorn],
) -> list[Judged]:
    compare = judge()
    try:
        with tempfile.TemporaryDirectory() as folder:
            return [_judge(name, file, minify, bare, compare, Path(folder)) for name, file in share]
    finally:
        compare.close()


def _judge(  # noqa: PLR0913, PLR0917  (what it takes to judge a file)
    name: str,
    file: Path,
    minify: Callable[[bytes], Minified],
    bare: Callable[[bytes], bytes],
    compare: Acorn,
    folder: Path,
) -> Judged:
    content = file.read_bytes()
    made, reason = minify(content)
    verdict = ""
    if made != content:
        after = folder / f"made{file.suffix}"
        after.write_bytes(made)
        verdict = compare(file, after)
    path = file.as_posix().partition("/package/")[2]
    sizes = gzipped(made), gzipped(bare(content))
    return Judged(name, path, len(content), len(content) if reason else 0, reason, *sizes, verdict)


def table(found: Sequence[Judged]) -> Iterator[str]:
    """A line for each package and one for all: files, bytes, those left for safety, and sizes after gzip."""
    yield f"{'package':28}{'files':>7}{'bytes':>13}{'left':>11}{'gzip':>12}{'bare':>12}{'':>8}"
    rows = {name: [each for each in found if each.package == name] for name in sorted({each.package for each in found})}
    for name, row in [*rows.items(), ("all", [*found])]:
        size, kept = sum(each.size for each in row), sum(each.kept for each in row)
        ours, bare = sum(each.gzipped for each in row), sum(each.bare for each in row)
        yield f"{name:28}{len(row):>7}{size:>13,}{kept:>11,}{ours:>12,}{bare:>12,}{ours / bare - 1:>+8.2%}"
