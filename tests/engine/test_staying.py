"""Programs that stay up: they answer line by line, are replaced when they know old files, and end with their parent."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline.engine import resident, running, staying
from tests.programs import gone

ECHO = """
import json, os, sys
for number, line in enumerate(sys.stdin):
    print(json.dumps({"pid": os.getpid(), "number": number, "line": line.strip(), "held": sys.argv[1:]}), flush=True)
"""
PARENT = """
import json, os, signal, sys
from pathlib import Path
from pipeline.engine import staying
ran = staying.run([sys.executable, "-c", sys.argv[1]], Path("/"), {}, 60, b"x\\n", held=lambda answer: [])
print(json.loads(ran.output)["pid"], flush=True)
os.kill(os.getpid(), signal.SIGKILL) if sys.argv[2] == "killed" else None
"""


@pytest.fixture(autouse=True)
def _none_left():
    yield
    staying.end_all()


def ask(folder: Path, program: str = ECHO, *files: Path, seconds: float = 60, line: bytes = b"x\n", **environment: str):
    command = [sys.executable, "-c", program, *map(str, files)]
    return staying.run(command, folder, environment, seconds, line, lambda answer: json.loads(answer)["held"])


def answer(*arguments, **options):
    return json.loads(ask(*arguments, **options).output)


def test_one_program_answers_all_that_ask_for_it_in_one_place_with_one_environment(tmp_path):
    first, second = answer(tmp_path, line=b"a\n"), answer(tmp_path, line=b"b\n")
    assert (first["line"], second["line"], second["number"]) == ("a", "b", 1)
    assert first["pid"] == second["pid"]
    assert answer(tmp_path.parent)["pid"] != first["pid"]
    assert answer(tmp_path, A="1")["pid"] != first["pid"]


def test_long_lines_go_both_ways(tmp_path):
    assert len(answer(tmp_path, line=b"x" * 3_000_000 + b"\n")["line"]) == 3_000_000


@pytest.mark.parametrize("change", ["written", "gone", "new"])
def test_one_that_has_old_files_in_memory_is_replaced(tmp_path, change):
    file, other = tmp_path / "file", tmp_path / "other"
    for each in (other, *[file] * (change != "new")):
        each.write_text("a")
    time.sleep(0.05)  # times of files are coarse, and one that was just written is not trusted
    before = answer(tmp_path, ECHO, file, other)["pid"]
    assert answer(tmp_path, ECHO, file, other)["pid"] == before
    if change == "gone":
        file.unlink()
    else:
        file.write_text("bc")
    assert answer(tmp_path, ECHO, file, other)["pid"] != before
    assert gone(before)


def test_one_that_may_have_read_a_file_before_it_changed_is_replaced(tmp_path):
    file = tmp_path / "file"
    before = answer(tmp_path, "open(__import__('sys').argv[1], 'w').write('x')\n" + ECHO, file)["pid"]
    assert answer(tmp_path, "open(__import__('sys').argv[1], 'w').write('x')\n" + ECHO, file)["pid"] != before


@pytest.mark.parametrize(
    ("program", "status", "said"),
    [
        ("import sys; sys.exit('no luck')", 1, b"no luck\n"),
        ("pass", 0, b""),
        ("import os; os.kill(os.getpid(), 9)", -9, b""),
        ("import sys; sys.stdin.readline(); sys.exit(3)", 3, b""),
    ],
)
def test_one_that_ends_has_no_answer_but_a_status_and_words(tmp_path, program, status, said):
    ran = ask(tmp_path, program)
    assert (ran.status, ran.output, ran.said) == (status, b"", said)


def test_one_that_takes_too_long_is_ended_with_all_that_it_started(tmp_path):
    program = (
        "import subprocess, sys, time\n"
        "child = subprocess.Popen(['sleep', '600'])\n"
        "print(child.pid, file=sys.stderr, flush=True)\ntime.sleep(600)"
    )
    ran = ask(tmp_path, program, seconds=0.5)
    assert ran.late
    assert gone(int(ran.said))


def test_one_that_writes_too_much_is_ended(tmp_path, monkeypatch):
    monkeypatch.setattr(resident, "MOST", 1 << 20)
    assert ask(tmp_path, "import sys\nwhile True: sys.stdout.write('x' * 9999)").flooded
    assert ask(tmp_path, "import sys\nwhile True: sys.stderr.write('x' * 9999)").flooded


def test_one_whose_answer_is_none_is_not_asked_again(tmp_path):
    program = "import os\nwhile True: input(); print(os.getpid(), flush=True)"

    def held(answer: bytes) -> list[str]:
        raise ValueError(answer)

    found = [staying.run([sys.executable, "-c", program], tmp_path, {}, 60, b"\n", held).output for _ in range(2)]
    assert found[0] != found[1]
    assert all(gone(int(each)) for each in found)


def test_what_is_said_belongs_to_one_call(tmp_path):
    program = ECHO.replace("    print", "    print(number, file=sys.stderr, flush=True)\n    print")
    assert [ask(tmp_path, program).said for _ in range(3)] == [b"0\n", b"1\n", b"2\n"]


def test_only_a_few_wait_for_a_next_call(tmp_path):
    found = [answer(tmp_path, A=str(number))["pid"] for number in range(staying.FEW + 2)]
    assert [gone(each) for each in found[:2]] == [True, True]
    assert answer(tmp_path, A=str(staying.FEW + 1))["pid"] == found[-1]


def test_none_is_at_work_when_all_are_ended(tmp_path):
    number = answer(tmp_path)["pid"]
    assert any(process.pid == number for process in running.RUNNING)
    staying.end_all()
    assert gone(number)
    assert not any(process.pid == number for process in running.RUNNING)


@pytest.mark.parametrize("how", ["ends", "killed"])
def test_it_ends_with_its_parent(how):
    command = [sys.executable, "-c", PARENT, ECHO, how]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.stdout, run.stderr
    assert gone(int(run.stdout))
