"""The tools of npm that steps call, installed once for all runs, and a Node that keeps count."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import pytest

from tests.packages.npm import cache_folder
from tests.programs import Program
from tests.sites import Site
from tests.tools import require_tool

TOOLS = (
    *("less@4.9.1", "postcss@8.5.33", "postcss-cli@12.0.0", "postcss-import@17.0.1", "autoprefixer@10.7.0"),
    *("svgo@4.1.0", "tailwindcss@4.3.5", "@tailwindcss/cli@4.3.5", "@tailwindcss/typography@0.5.20"),
    "@tailwindcss/postcss@4.3.5",
)


RELAY = """import subprocess
with subprocess.Popen([{node!r}, *sys.argv[1:]], stdin=subprocess.PIPE) as process:
    for line in sys.stdin.buffer:
        open({log!r}, "a").write("call\\n")
        process.stdin.write(line)
        process.stdin.flush()
    process.stdin.close()
sys.exit(process.returncode)"""
"""A Node that notes each line that it is given, for it may stay up for several calls."""


@cache
def node_modules() -> Path:
    """The folder that all of them are in."""
    require_tool("node")
    name = hashlib.sha256(" ".join(TOOLS).encode()).hexdigest()[:16]
    folder = cache_folder() / f"tools-{name}"
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        half = tempfile.mkdtemp(dir=folder.parent)
        command = [
            require_tool("npm"),
            "install",
            "--silent",
            "--no-save",
            "--ignore-scripts",
            "--prefix",
            half,
            *TOOLS,
        ]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        if run.returncode:
            (pytest.fail if os.environ.get("CI") else pytest.skip)(f"npm cannot install tools: {run.stderr}")
        try:
            os.rename(half, folder)
        except OSError:  # another run was faster
            shutil.rmtree(half)
    return folder / "node_modules"


def use_npm(site: Site) -> None:
    """Give a project all the tools."""
    if not (site.folder / "node_modules").exists():
        (site.folder / "node_modules").symlink_to(node_modules())


def counting_node(site: Site) -> Program:
    """A Node that keeps count; the configuration must name it: ``tools.node = "bin/node"``."""
    return Program(site.folder, "node", RELAY.format(node=require_tool("node"), log=str(site.folder / "calls")), "bin")


def calls(site: Site) -> int:
    """How often a build has Node call a tool."""
    before = _calls(site)
    site.publish()
    return _calls(site) - before


def _calls(site: Site) -> int:
    log = site.folder / "calls"
    return len(log.read_text().splitlines()) if log.exists() else 0


def broken_node(site: Site, body: str) -> None:
    """A Node that is broken."""
    Program(site.folder, "node", f"if '--version' in sys.argv: print('v20'); sys.exit()\n{body}", "bin")


BROKEN = {
    "fails at once": ("sys.exit('no luck')", "'node' failed with status 1: no luck"),
    "ends in silence": ("pass", "'node' gave no answer"),
    "is killed": ("sys.stdin.buffer.read(10); os.kill(os.getpid(), 9)", "'node' was ended by the signal SIGKILL"),
    "hangs": ("import time; time.sleep(600)", "'node' was ended, for it took longer than 1 seconds"),
    "writes megabytes": ("sys.stdout.write('x' * 9_000_000)", "'node' gave no answer"),
    "says megabytes": ("sys.stderr.write('many ' * 999_999); sys.exit(1)", "'node' failed with status 1: many many "),
    "answers in another form": ("print('[]')", "'node' gave no answer"),
    "prints a version and no more": ("print('v20'); print('help')", "'node' gave no answer"),
}
"""What a Node does that is broken, and what is said of it where a step has a second for it."""
