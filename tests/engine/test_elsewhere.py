"""The work of a build on whatever gives an executor, and what a worker elsewhere must have."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest

from pipeline import __version__
from pipeline.engine.travelling import Place, Travelling, arrived
from pipeline.errors import PipelineError
from tests.config.configurations import configured, declared, errors_of

GIVES = """
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

def pool():
    return ProcessPoolExecutor(2, get_context("spawn"))

def broken():
    raise OSError("no licence")

def other():
    return "a pool"

number = 3
"""
CONFIGURATION = 'sources = ["src"]\noutput = "out"\ncompress = ["gzip"]\nexecutor = "{}"\n'


@pytest.mark.parametrize("name", ["gives_pools:pool", "concurrent.futures:ThreadPoolExecutor"])
def test_any_executor_makes_the_bytes_that_are_made_inline(site, other_site, name):
    for each, executor in ((site, name), (other_site, "inline")):
        (each.folder / "gives_pools.py").write_text(GIVES)
        each.write({f"{number}.css": f"a{number} {{ color : red }}\n" * 300 for number in range(20)})
        each.configure(CONFIGURATION.format(executor))
        done = each.run("build")
        assert done.returncode == 0, done.stderr
    assert site.files() == other_site.files()
    assert len(site.files()) > 40


@pytest.mark.parametrize(
    ("name", "status", "said"),
    [
        ("gives_pools:broken", 1, "error: the executor 'gives_pools:broken' failed: OSError: no licence"),
        ("gives_pools:other", 2, "'gives_pools:other' must give a concurrent.futures.Executor, not str"),
        ("gives_pools:number", 2, "pipeline.toml:4:1: 'gives_pools:number' is no executor: it cannot be called"),
        ("gives_pools:missing", 2, "pipeline.toml:4:1: cannot load 'gives_pools:missing'"),
    ],
)
def test_what_gives_no_executor_is_said(site, name, status, said):
    (site.folder / "gives_pools.py").write_text(GIVES)
    site.write({"a.css": "a { color: red }\n"})
    site.configure(CONFIGURATION.format(name))
    done = site.run("build")
    assert done.returncode == status
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("dask://", "2:1: the executor 'dask://' has no host and port; write dask://host:8786"),
        ("dask://host", "2:1: the executor 'dask://host' has no host and port; write dask://host:8786"),
        ("dask://host:x", "2:1: the executor 'dask://host:x' has no host and port; write dask://host:8786"),
        ("thread", "2:1: unknown executor 'thread'; did you mean 'threads'?"),
    ],
)
def test_an_executor_that_cannot_be_is_said_with_its_place(tmp_path, name, said):
    settings = declared(tmp_path, f'sources = ["assets"]\nexecutor = "{name}"\n')
    assert errors_of(settings) == [f"pipeline.toml:{said}"]


def test_a_scheduler_is_taken_as_it_stands(tmp_path):
    assert configured(tmp_path, 'executor = "dask://farm.example:8786"').executor == "dask://farm.example:8786"


def test_a_worker_of_another_version_or_without_the_project_says_so(tmp_path):
    with pytest.raises(PipelineError, match=r"has pipeline .*, not 0.0.0; install the same version"):
        arrived("0.0.0", "", {})
    with pytest.raises(PipelineError, match=r"has no folder .*; share the project"):
        arrived(__version__, str(tmp_path / "elsewhere"), {})


def test_a_worker_that_sees_another_module_than_the_build_says_so(tmp_path):
    (tmp_path / "late_step.py").write_text("old = 1\n")
    modules = {"late_step": (str(tmp_path / "late_step.py"), "0" * 64)}
    with (
        ProcessPoolExecutor(1, get_context("spawn")) as pool,
        pytest.raises(PipelineError, match=r"sees another '.*late_step.py'"),
    ):
        pool.submit(arrived, __version__, str(tmp_path), modules).result()


def test_a_function_does_its_work_after_its_journey():
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        assert pool.submit(Travelling(abs, Place.here(None)), [-1, 2]).result() == [1, 2]
