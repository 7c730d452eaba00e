"""Work on processes: in order, in batches, with every failure told and nobody left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.engine.executors import WORTH_A_PROCESS
from pipeline.engine.processes import MANY, batches, processes
from pipeline.errors import PipelineError, TransformError
from tests.sites import Site

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are looked for in /proc")
LONG = 60.0

SLOW_STEP = """
import os, time
from pathlib import Path
from dataclasses import dataclass
from pipeline.asset import Asset, Blob
from pipeline.transforms import Made

@dataclass(frozen=True)
class Slow:
    seconds: int = 0
    joins = False
    def __call__(self, asset, fetch):
        Path(__file__).with_name(f"at-work-{os.getpid()}").touch()
        time.sleep(self.seconds)
        return Made((Asset(asset.path, Blob.of(asset.content.read() + b"/**/"), asset.origin or (asset,)),))
"""
SLOW = """
sources = ["src"]
output = "out"
minify = false
compress = []
[bundles."a.css"]
sources = ["one.css"]
steps = [{ use = "steps:Slow", seconds = SECONDS }]
[bundles."b.css"]
sources = ["two.css"]
steps = [{ use = "steps:Slow", seconds = SECONDS }]
"""


def heavy(_: object) -> int:
    return WORTH_A_PROCESS


def double(item: int) -> tuple[int, int]:
    return item * 2, os.getpid()


def fail(item: int) -> int:
    if item % 10 == 3:
        raise TransformError(f"failed at {item}", path="a.css", line=item, hint="mend it")
    return item


def crash(item: int) -> int:
    if item == 5:
        os.kill(os.getpid(), signal.SIGKILL)
    return item


def here(run: Callable[[], object]) -> object:
    return run()


def on_a_thread(run: Callable[[], object]) -> object:
    """What a function gives or raises on a thread of its own: then a process with threads may not be forked."""
    results: list[object] = []
    failures: list[BaseException] = []

    def work() -> None:
        try:
            results.append(run())
        except BaseException as error:  # noqa: BLE001  (raised below)
            failures.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    if failures:
        raise failures[0]
    return results[0]


@pytest.fixture(params=[here, on_a_thread], ids=["fork", "forkserver"])
def place(request: pytest.FixtureRequest) -> Callable[[Callable[[], object]], object]:
    found: Callable[[Callable[[], object]], object] = request.param
    return found


def test_results_come_in_order_from_several_processes_and_each_item_is_counted(place) -> None:
    ticks: list[int] = []
    kept: list[int] = []

    def then(result: tuple[int, int]) -> tuple[int, int]:
        assert os.getpid() == parent
        kept.append(result[0])
        return result[0] + 1, result[1]

    parent = os.getpid()
    with processes(2, ticks.append) as run:
        results = place(lambda: run(double, range(1000), heavy, then))
        assert [result for result, _ in results] == [item * 2 + 1 for item in range(1000)]
        assert parent not in {worker for _, worker in results}
        assert place(lambda: run(double, [], heavy)) == []
    assert sum(ticks) == 1000
    assert sorted(kept) == [item * 2 for item in range(1000)]


def test_little_work_is_done_where_it_is() -> None:
    with processes(2) as run:
        for results in (run(double, range(100)), run(double, [1], heavy)):
            assert {worker for _, worker in results} == {os.getpid()}
    with processes(1) as run:
        assert {worker for _, worker in run(double, range(9), heavy)} == {os.getpid()}


@given(st.lists(st.integers(0, 1 << 20), max_size=2000), st.integers(1, 64))
def test_batches_hold_each_item_once_the_heaviest_first_and_not_too_many(weights: list[int], jobs: int) -> None:
    made = [*batches(range(len(weights)), weights.__getitem__, jobs * 32)]
    order = [index for batch in made for index in batch]
    assert sorted(order) == [*range(len(weights))]
    assert [weights[index] for index in order] == sorted(weights, reverse=True)
    assert all(0 < len(batch) <= MANY for batch in made)


def test_an_exception_comes_through_with_all_that_it_says(place, ended) -> None:
    with processes(2) as run, pytest.raises(TransformError) as caught:
        place(lambda: run(fail, range(100), heavy))
    assert str(caught.value).startswith("a.css:")
    assert caught.value.hint == "mend it"
    assert ended()


def test_what_is_done_with_a_result_may_fail_too(place, ended) -> None:
    def then(_: tuple[int, int]) -> tuple[int, int]:
        raise PipelineError("no room")

    with processes(2) as run, pytest.raises(PipelineError, match="no room"):
        place(lambda: run(double, range(100), heavy, then))
    assert ended()


def test_a_worker_that_is_killed_is_a_failure_with_a_remedy(place, ended) -> None:
    with processes(2) as run, pytest.raises(PipelineError, match="a worker process ended before its work did") as error:
        place(lambda: run(crash, range(10), heavy))
    assert "--jobs" in error.value.hint
    assert ended()


@pytest.fixture
def ended() -> Callable[[], bool]:
    """Tells whether all workers end, which they do by themselves, but need not have done yet."""
    before = {*children()}  # a program that stays up is no worker

    def all_ended() -> bool:
        deadline = time.monotonic() + 20
        while {*children()} - before and time.monotonic() < deadline:
            time.sleep(0.01)
        return {*children()} <= before

    return all_ended


def children(of: int | None = None) -> list[int]:
    """Processes below one, but for multiprocessing's own servers."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and int(status(entry)[1]) == (of or os.getpid()) and status(entry)[0] != "Z":
                line = (entry / "cmdline").read_bytes()
                if b"multiprocessing.forkserver" not in line and b"resource_tracker" not in line:
                    found.append(int(entry.name))
        except OSError:
            continue
    return found


def status(entry: Path) -> list[str]:
    """Fields of a process behind its name: its state, its parent."""
    return (entry / "stat").read_text().rpartition(")")[2].split()


def alive(pid: int) -> bool:
    try:
        return status(Path(f"/proc/{pid}"))[0] != "Z"
    except OSError:
        return False


def until(condition: Callable[[], object], seconds: float = LONG) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def started(site: Site, seconds: int, *before: str) -> tuple[subprocess.Popen[str], list[int]]:
    """A build that is stuck in steps of its own, and its workers."""
    site.configure(SLOW.replace("SECONDS", str(seconds)))
    site.write({"steps.py": SLOW_STEP}, below=".")
    site.write(dict.fromkeys(("one.css", "two.css"), "a{}" * (WORTH_A_PROCESS // 4)))
    command = [*before, sys.executable, "-m", "pipeline", "build", "--jobs", "2"]
    process = subprocess.Popen(command, cwd=site.folder, stderr=subprocess.PIPE, text=True)
    until(lambda: len([*site.folder.glob("at-work-*")]) == 2)
    workers = [int(file.name.rpartition("-")[2]) for file in site.folder.glob("at-work-*")]
    assert all(alive(worker) and worker != process.pid for worker in workers)
    return process, workers


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_ends_a_build_and_its_workers_in_the_middle_of_a_step(site: Site, how: signal.Signals) -> None:
    process, workers = started(site, 1000)
    process.send_signal(how)
    _, said = process.communicate(timeout=LONG)
    assert (process.returncode, said.strip()) == (130, "interrupted")
    until(lambda: not any(map(alive, workers)))


def test_workers_end_when_their_build_is_killed(site: Site) -> None:
    process, workers = started(site, 4)
    process.kill()
    process.communicate(timeout=LONG)
    until(lambda: not any(map(alive, workers)))


def test_a_step_of_the_project_runs_in_processes_of_a_process_with_threads(site: Site) -> None:
    """Those are no forks: they have to import it."""
    code = (
        "import sys, threading; from pipeline.cli import main; sys.path = [p for p in sys.path if p];"
        "e = threading.Event(); t = threading.Thread(target=e.wait); t.start()\n"
        "try: main(['build', '--jobs', '2'])\nfinally: e.set()"
    )
    site.configure(SLOW.replace("SECONDS", "0"))
    site.write({"steps.py": SLOW_STEP}, below=".")
    site.write(dict.fromkeys(("one.css", "two.css"), "a{}" * (WORTH_A_PROCESS // 4)))
    run = subprocess.run([sys.executable, "-c", code], cwd=site.folder, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert site.published("a.css").endswith(b"/**/")
    assert len([*site.folder.glob("at-work-*")]) >= 1


RUNS = [(name, jobs) for name in ("inline", "threads", "processes") for jobs in (1, 2, 3, 4)]
TEXTS = st.dictionaries(
    st.sampled_from([f"{folder}/{name}" for folder in ("css", "js") for name in ("a.css", "b.css", "a.js", "m.js")]),
    st.integers(0, 3),
    min_size=2,
)


@settings(deadline=None, max_examples=6, suppress_health_check=[*HealthCheck])
@given(TEXTS)
def test_every_executor_with_any_number_of_jobs_gives_the_same_bytes(tmp_path_factory, monkeypatch, texts) -> None:
    monkeypatch.setattr("pipeline.engine.processes.WORTH_A_PROCESS", 1)
    monkeypatch.setattr("pipeline.engine.processes.SMALLEST_BATCH", 1)
    folder = tmp_path_factory.mktemp("law")
    outcomes = []
    site = Site(folder)
    site.configure('sources = ["src"]\noutput = "out"\n[bundles]\n"all.css" = ["**/a.css"]\n"o.css" = ["all.css"]\n')
    site.write({"css/a.css": "a{}"})
    for path, number in texts.items():
        other = [*texts][number % len(texts)]
        css = f"a {{ top: {number}px; background: url(../{other}) }}\n" * (number * 200)
        site.write({path: css if path.endswith("css") else f"import '../{other}';\nvar a = {number};\n" * number})
    for number, (name, jobs) in enumerate(RUNS):
        site.output = folder / f"out-{number}"
        overrides = {"executor": name, "jobs": jobs, "output": str(site.output), "cache": str(folder / f"c-{number}")}
        try:
            site.publish(**overrides, strict=False)
            outcomes.append(str(site.files()))
        except ExceptionGroup as group:
            outcomes.append(str([str(error) for error in group.exceptions]))
    assert set(outcomes) == {outcomes[0]}
