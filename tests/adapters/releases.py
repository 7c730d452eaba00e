"""A small release that adapters serve."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager
from pathlib import Path

from tests.servers import free_port
from tests.sites import Site
from tests.webservers.running import process

TOML = """
sources = ["src"]
output = "out"
compress = ["gzip"]
minify = false
[naming]
keep = ["robots.txt"]
"""
LARGE = bytes(range(256)) * 8192
"""Two megabytes."""


def published(site: Site) -> Site:
    site.configure(TOML)
    site.write(
        {"css/site.css": "a{color:red}\n" * 200, "film.mp4": LARGE, "robots.txt": "User-agent: *\n", "ü.js": "1"}
    )
    site.publish()
    return site


def serving(site: Site, folder: Path, code: str, *command: str) -> AbstractContextManager[str]:
    """A server for the module ``served``, which has ``code``; MANIFEST and PORT are replaced everywhere."""
    port = str(free_port())
    folder.mkdir(exist_ok=True)
    (folder / "served.py").write_text(code.replace("MANIFEST", repr(str(site.output / "manifest.json"))))
    return process(
        folder / "log",
        [sys.executable, *(word.replace("PORT", port) for word in command)],
        int(port),
        {"PYTHONPATH": str(folder)},
    )
