"""The floor: read every file, minify, digest, compress and write it, and nothing else.

No references, no bundles, no cache, no atomic writes: whatever a build costs above this is its own.

    bare_loop.py SOURCE OUTPUT [--threads N] [--gzip zlib|libdeflate] [--brotli QUALITY]
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import rcssmin
import rjsmin

SCRIPTS = {".js", ".mjs", ".cjs"}
COMPRESSIBLE = SCRIPTS | {".css", ".svg", ".map", ".json", ".txt", ".html", ".xml", ".wasm", ".ttf", ".eot", ".ico", ""}
Encode = Callable[[bytes], bytes]


def with_zlib(data: bytes) -> bytes:
    compressor = zlib.compressobj(9, zlib.DEFLATED, 31, 9)
    return compressor.compress(data) + compressor.flush()


def encoders(gzip: str, brotli_quality: int | None) -> dict[str, Encode]:
    """By suffix; libdeflate's level is the one that a build would choose."""
    found: dict[str, Encode] = {".gz": with_zlib}
    if gzip == "libdeflate":
        from pipeline.compressors.gzip import Gzip

        found[".gz"] = Gzip()
    if brotli_quality is not None:
        import brotli

        found[".br"] = partial(brotli.compress, quality=brotli_quality)
    return found


def files_below(root: str) -> list[tuple[int, str]]:
    """Sizes and paths, the largest first, so that all threads end together."""
    found, folders = [], [root]
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
                else:
                    found.append((entry.stat().st_size, entry.path))
    return sorted(found, reverse=True)


def minified(data: bytes, stem: str, suffix: str) -> bytes:
    if suffix == ".css" and not stem.endswith(".min"):
        return bytes(rcssmin.cssmin(data))
    if suffix in SCRIPTS and not stem.endswith(".min"):
        return bytes(rjsmin.jsmin(data))
    return data


def one(source: str, output: Path, encode: dict[str, Encode], path: str) -> tuple[str, str]:
    with open(path, "rb") as file:
        data = file.read()
    relative = os.path.relpath(path, source)
    stem, suffix = os.path.splitext(relative)
    data = minified(data, stem, suffix)
    name = f"{stem}-{hashlib.sha256(data).hexdigest()[:16]}{suffix}"
    target = output / name
    target.write_bytes(data)
    if suffix.lower() in COMPRESSIBLE:
        for ending, compress in encode.items():
            if len(small := compress(data)) <= 0.95 * len(data):
                target.with_name(target.name + ending).write_bytes(small)
    return relative, name


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("source")
    parser.add_argument("output", type=Path)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--gzip", choices=["zlib", "libdeflate"], default="zlib")
    parser.add_argument("--brotli", type=int, metavar="QUALITY")
    options = parser.parse_args()
    paths = [path for _, path in files_below(options.source)]
    for folder in {os.path.dirname(os.path.relpath(path, options.source)) for path in paths}:
        (options.output / folder).mkdir(parents=True, exist_ok=True)
    work = partial(one, options.source, options.output, encoders(options.gzip, options.brotli))
    with ThreadPoolExecutor(options.threads) as pool:
        manifest = dict(pool.map(work, paths))
    (options.output / "manifest.json").write_text(json.dumps(manifest, sort_keys=True))


if __name__ == "__main__":
    main()
