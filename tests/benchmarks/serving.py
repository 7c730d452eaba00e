"""Serving a release, beside WhiteNoise in the same servers: calls within a process, and requests by wrk."""

from __future__ import annotations

import contextlib
import os
import random
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pipeline
from tests.benchmarks.contenders import PEERS, PYTHON, peers_environment
from tests.benchmarks.race import Measured, Row, Table
from tests.servers import free_port
from tests.tools import require_tool
from tests.webservers.running import process

APPS = {"bare": "an app with one answer", "whitenoise": "WhiteNoise", "pipeline": "pipeline"}
TARGET = "serving_apps:application"
SERVERS = {
    "gunicorn": ("gunicorn", "--workers", "1", "--bind", "127.0.0.1:PORT", TARGET),
    "gunicorn with threads": ("gunicorn", "--threads", "4", "--bind", "127.0.0.1:PORT", TARGET),
    "waitress": ("waitress-serve", "--listen", "127.0.0.1:PORT", TARGET),
    "granian": ("granian", "--interface", "wsgi", "--log-level", "error", "--port", "PORT", TARGET),
}
CONNECTIONS, SECONDS = 8, 2
SMALL, LARGE = 30_000, 20_000_000
"""Bytes; the small file is a stylesheet and has compressed copies."""
COUNTED = {"small": 10_000, "large": 100}
"""How many requests the tables are about."""


def serving(work: Path, rounds: int) -> Iterator[Table]:
    """A small and a large file: called, and asked for through servers."""
    require_tool("wrk")
    urls, environ = _release(work)
    for size in ("small", "large"):
        title = f"{COUNTED[size]:,} calls for a {size} file, no server"
        yield _race(title, rounds, {app: _calls(environ[app], urls[size], COUNTED[size]) for app in _apps(size)})
    for name, command in SERVERS.items():
        with contextlib.ExitStack() as stack:
            servers = {
                app: stack.enter_context(_running(work / f"{name} {app}.log", command, environ[app])) for app in APPS
            }
            for size in ("small", "large"):
                title = f"{COUNTED[size]:,} requests for a {size} file, {name}"
                load = {app: _requests(*servers[app], urls[size], COUNTED[size]) for app in _apps(size)}
                yield _race(title, rounds, load)


def _apps(size: str) -> list[str]:
    return [app for app in APPS if app != "bare" or size == "small"]


def _release(work: Path) -> tuple[Mapping[str, str], Mapping[str, Mapping[str, str]]]:
    """The URLs of the files, and what the apps find in the environment."""
    project, library = work / "serving", work / "library"
    chance = random.Random(0)
    (project / "src").mkdir(parents=True)
    rules = (f".c{chance.randrange(10**6)}{{color:#{chance.randrange(16**6):06x}}}\n" for _ in range(SMALL // 24))
    (project / "src/small.css").write_text("".join(rules))
    (project / "src/large.mp4").write_bytes(chance.randbytes(LARGE))
    (project / "pipeline.toml").write_text('sources = ["src"]\noutput = "out"\ncompress = ["gzip", "brotli"]\n')
    subprocess.run([Path(PYTHON).with_name("pipeline"), "-C", project, "build"], check=True, capture_output=True)
    library.mkdir()
    (library / "pipeline").symlink_to(Path(pipeline.__file__).parent)
    (small,) = (project / "out").glob("small-*.css")
    (large,) = (project / "out").glob("large-*.mp4")
    common = {
        "BENCHMARK_OUTPUT": str(project / "out"),
        "BENCHMARK_READY": f"{small}.br",
        "PYTHONPATH": f"{PEERS}{os.pathsep}{library}",
    }
    environ = {app: {**common, "BENCHMARK_APP": app} for app in APPS}
    return {"small": f"/static/{small.name}", "large": f"/static/{large.name}"}, environ


@contextlib.contextmanager
def _running(log: Path, command: tuple[str, ...], environ: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    """The address of a server, and the number of its session."""
    port = free_port()
    program, *arguments = command
    words = [str(peers_environment() / program), *(word.replace("PORT", str(port)) for word in arguments)]
    pids: list[int] = []
    with process(log, words, port, environ, pids) as address:
        yield address, pids[0]


def _calls(environ: Mapping[str, str], path: str, count: int) -> Callable[[], Measured]:
    command = [str(peers_environment() / "python"), str(PEERS / "serving_apps.py"), path, str(count)]

    def measure() -> Measured:
        done = subprocess.run(command, env={**os.environ, **environ}, check=True, capture_output=True, text=True)
        return Measured(float(done.stdout))

    return measure


def _requests(address: str, session: int, path: str, count: int) -> Callable[[], Measured]:
    fields = ["-H", "Accept-Encoding: gzip, deflate, br, zstd"]
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}", *fields, address + path]

    def measure() -> Measured:
        before, _ = _used(session)
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        cpu, peak = _used(session)
        rate, done = re.search(r"Requests/sec: +([0-9.]+)", said), re.search(r"([0-9]+) requests in", said)
        if not rate or not done or "Non-2xx" in said:
            raise RuntimeError(said)
        return Measured(count / float(rate[1]), (cpu - before) / int(done[1]) * count, peak)

    return measure


def _used(session: int) -> tuple[float, int]:
    """Processor time of a server in seconds, and the most memory that it had in kB, all processes together."""
    ticks = peak = 0
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it ended
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            if int(fields[3]) == session:
                ticks += int(fields[11]) + int(fields[12])
                peak += int(re.findall(r"VmHWM:\s+([0-9]+) kB", (folder / "status").read_text())[0])
    return ticks / os.sysconf("SC_CLK_TCK"), peak


def _race(title: str, rounds: int, load: Mapping[str, Callable[[], Measured]]) -> Table:
    rows = {app: Row(APPS[app]) for app in load}
    for number in range(rounds):
        for app, measure in load.items():
            rows[app].runs.append(measure())
            sys.stderr.write(f"{title}, round {number + 1}, {APPS[app]}: {rows[app].runs[-1].seconds:.3f} s\n")
    return Table(title, [*rows.values()], [APPS["whitenoise"]])
