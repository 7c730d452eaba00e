"""The work of a build on Dask workers, which are processes of their own with a scheduler between."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers import dask_scheduler, dask_workers, free_port
from tests.sites import Site

STEP = """
from dataclasses import dataclass, replace
import os, signal
from pathlib import Path
from pipeline.asset import Blob
from pipeline.transforms import Made

@dataclass(frozen=True)
class Step:
    joins = False

    def __call__(self, asset, fetch):
        WORK
        dyed = asset.content.read().replace(b"red", b"COLOUR")
        return Made((replace(asset, content=Blob.of(dyed), origin=(asset,)),))
"""
FILES = {f"css/{number}.css": f"a{number} {{ color : red }} /* {number} */\n" * 200 for number in range(60)}


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("dask")
    with dask_scheduler(folder) as address, dask_workers(folder, address):
        yield address


def configure(site: Site, executor: str, step: str = "") -> None:
    """Stylesheets, a bundle of them and a bundle of that, minified and compressed."""
    steps = f'steps = ["concat", "{step}:Step"]\n' if step else ""
    site.configure(
        f'sources = ["src"]\noutput = "out"\ncompress = ["gzip", {{ use = "brotli", quality = 5 }}]\n'
        f'executor = "{executor}"\n[bundles."all.css"]\nsources = ["css/*.css"]\nkeep = true\n{steps}'
        '[bundles."more.css"]\nsources = ["all.css"]\n'
    )


def step(site: Site, name: str, work: str = "pass", colour: str = "blue") -> None:
    (site.folder / f"{name}.py").write_text(STEP.replace("WORK", work).replace("COLOUR", colour))


def built(site: Site) -> dict[str, bytes]:
    done = site.run("build")
    assert done.returncode == 0, done.stderr
    return site.files()


def test_workers_make_the_bytes_that_are_made_inline(site, other_site, scheduler):
    for each, executor in ((site, f"dask://{scheduler}"), (other_site, "inline")):
        each.write(FILES)
        configure(each, executor)
    there = built(site)
    assert there == built(other_site)
    assert len(there) > len(FILES)
    site.write({"css/7.css": "b { color: green }\n"})
    other_site.write({"css/7.css": "b { color: green }\n"})
    assert built(site) == built(other_site)


def test_workers_see_a_step_that_was_changed_and_changed_back(site, scheduler):
    site.write({"css/a.css": "a { color: red }\n"})
    configure(site, f"dask://{scheduler}", "dyeing")
    for colour in ("blue", "green", "blue"):
        step(site, "dyeing", colour=colour)
        built(site)
        assert f"color: {colour}" in site.text("all.css")


def test_work_whose_worker_is_killed_is_done_by_another(site, scheduler):
    site.write(FILES)
    configure(site, f"dask://{scheduler}", "dying_once")
    mark = site.folder / "died"
    work = f"Path({str(mark)!r}).exists() or (Path({str(mark)!r}).touch(), os.kill(os.getpid(), signal.SIGKILL))"
    step(site, "dying_once", work)
    built(site)
    assert mark.exists()
    assert b"red" not in site.published("all.css")


def test_work_that_kills_its_workers_fails_the_build_with_a_reason(site, scheduler):
    site.write({"css/a.css": "a { color: red }\n"})
    configure(site, f"dask://{scheduler}", "dying")
    step(site, "dying", "os.kill(os.getpid(), signal.SIGKILL)")
    done = site.run("build")
    assert done.returncode == 1
    reason = done.stderr.partition(f"error: the executor 'dask://{scheduler}' failed: ")[2]
    assert reason.startswith(("KilledWorker", "CancelledError"))  # the latter if no worker is there at that moment
    assert "Traceback" not in done.stderr


def test_what_a_step_cannot_do_there_is_said_as_it_is_here(site, scheduler):
    site.write({"css/a.css": "a { color: red }\n"})
    configure(site, f"dask://{scheduler}", "failing_step")
    step(site, "failing_step", "raise ValueError('no such colour')")
    done = site.run("build")
    assert done.returncode == 1
    assert "failing_step:Step failed with ValueError('no such colour')" in done.stderr


def test_a_scheduler_that_is_not_there_is_said(site):
    site.write({"a.css": "a { color: red }\n"})
    configure(site, f"dask://127.0.0.1:{free_port()}")
    site.configure((site.folder / "pipeline.toml").read_text().partition("[bundles")[0])
    done = site.run("build", timeout=60)
    assert done.returncode == 1
    assert "no Dask scheduler answers at '127.0.0.1:" in done.stderr
    assert "start `dask scheduler`" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_scheduler_without_workers_is_said(site, tmp_path: Path):
    site.write({"css/a.css": "a { color: red }\n"})
    with dask_scheduler(tmp_path) as address:
        configure(site, f"dask://{address}")
        done = site.run("build", timeout=60)
    assert done.returncode == 1
    assert f"has no workers; start `dask worker {address}`" in done.stderr
    assert "Traceback" not in done.stderr
