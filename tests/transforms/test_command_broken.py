"""A program that fails, in whatever way, is a clear error, exit 1, and leaves the last release as it was."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.programs import Program, gone

KILL = "os.kill(os.getpid(), {})"
BROKEN = {
    "it fails without a word": ("sys.exit(1)", "'prog' failed with status 1"),
    "it fails with words": ("sys.exit('no such thing')", "'prog' failed with status 1: no such thing"),
    "it fails with another status": ("print('x'); sys.exit(77)", "'prog' failed with status 77: x"),
    "it names a place": (
        "sys.exit(f'{sys.argv[1]}:2:5: bad')",
        "error: a.in:2:5: command: 'prog' failed with status 1",
    ),
    "it names a line": ("sys.exit(f'{sys.argv[1]}:2: bad')", "error: a.in:2: command: "),
    "it names a place in brackets": ("sys.exit(f'{sys.argv[1]}(3,4): bad')", "error: a.in:3:4: command: "),
    "it names an absolute place": ("sys.exit(os.path.abspath(sys.argv[1]) + ':2:5 bad')", "error: a.in:2:5: command: "),
    "it names an input": ("sys.exit('data/x.json:7:1: bad')", "error: data/x.json:7:1: command: "),
    "it raises": ("1 / 0", "ZeroDivisionError: division by zero"),
    "a file is missing": ("open('gone.txt')", "No such file or directory: 'gone.txt'"),
    "what is not declared is missing": ("open('src/b.txt')", "No such file or directory: 'src/b.txt'"),
    "it writes nothing": ("pass", "'prog' made no file {output}"),
    "it writes into another place": ("open('made/b.in', 'w')", "'prog' made no file {output}"),
    "it makes a folder": ("os.mkdir(sys.argv[2])", "'prog' made no file {output}"),
    "it is killed": (KILL.format(9), "'prog' was ended by the signal SIGKILL"),
    "it is terminated": (KILL.format(15), "'prog' was ended by the signal SIGTERM"),
    "it crashes": (KILL.format(11), "'prog' was ended by the signal SIGSEGV"),
    "it hangs": ("import time; time.sleep(600)", "'prog' was ended, for it took longer than 0.8 seconds"),
    "it closes its output and hangs": (
        "os.close(1); os.close(2)\nimport time; time.sleep(600)",
        "took longer than 0.8",
    ),
    "it prints megabytes": ("sys.exit('many words ' * 500_000)", " … "),
    "it speaks no UTF-8": ("sys.stderr.buffer.write(b'\\xff\\xfe no'); sys.exit(1)", "status 1: \ufffd\ufffd no"),
    "it would steer a terminal": ("sys.exit('\\x1b]0;title\\x07\\x1b[2J')", r"status 1: \x1b]0;title\x07"),
}


@pytest.fixture
def published(site):
    """A site with a program that works, published."""
    options = 'timeout = 0.8, inputs = ["data/*"]'
    site.configure(
        'sources=["src"]\noutput="out"\nminify=false\ncompress=[]\n[compile]\n'
        f'"*.in" = [{{ use = "command", run = ["prog", "{{input}}", "{{output}}"], {options} }}]\n'
    )
    site.write({"a.in": "1\n2\n3\n", "b.txt": "b"})
    site.write({"data/x.json": "{}"}, below=".")
    Program(site.folder, "prog", "open(sys.argv[2], 'w').write('made')")
    site.publish()
    return site


@pytest.mark.parametrize("what", BROKEN)
def test_a_program_that(published, what):
    body, message = BROKEN[what]
    before = published.files()
    Program(published.folder, "prog", body)
    run = published.run("build")
    assert run.returncode == 1
    assert message in run.stderr
    assert "Traceback" not in run.stderr.replace("Traceback (most recent call last): |", "")  # its own is its words
    assert len(run.stderr) < 5_000
    assert published.files() == before


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("no-such-program", "the program 'no-such-program' is not installed; install it, or set tools.no-such-program"),
        ("/no/such/file", "the program '/no/such/file' is not installed"),
        (".", "the program '.' is not installed"),
    ],
)
def test_a_program_that_is_missing(published, name, message):
    before = published.files()
    text = (published.folder / "pipeline.toml").read_text()
    published.configure(text.replace('"prog"', json.dumps(name)))
    run = published.run("build")
    assert (run.returncode, published.files()) == (1, before)
    assert message in run.stderr


def test_an_interrupted_build_ends_its_program_and_leaves_the_last_release(published):
    before = published.files()
    body = "import signal, time\nos.kill(os.getppid(), signal.SIGINT)\ntime.sleep(600)"
    Program(published.folder, "prog", body)
    published.configure((published.folder / "pipeline.toml").read_text().replace("0.8", "600"))
    for executor in ("inline", "threads"):
        run = published.run("build", env={"PIPELINE_EXECUTOR": executor})
        assert (run.returncode, published.files()) == (130, before), run.stderr


@pytest.mark.parametrize(("name", "status"), [("SIGINT", 130), ("SIGTERM", 130), ("SIGKILL", -9)])
def test_a_build_that_is_interrupted_or_killed_ends_the_programs_of_its_workers(published, name, status):
    """Each says who it is once it runs; the last of them does it to the build."""
    body = (
        "import signal, time\n"
        "open(f'{os.environ[\"HOME\"]}/{os.getpid()}', 'w').close()\n"
        "if len(os.listdir(os.environ['HOME'])) == 2: os.kill(int(os.environ['BUILD']), signal.SIGNAL)\n"
        "time.sleep(600)"
    )
    Program(published.folder, "prog", body.replace("SIGNAL", name))
    text = (published.folder / "pipeline.toml").read_text()
    text = text.replace("timeout = 0.8", 'timeout = 600, variables = ["BUILD"]')
    published.configure(f'jobs = 2\nexecutor = "processes"\n{text}')
    published.write(dict.fromkeys(("a.in", "c.in"), "x" * 900000))
    home = published.folder.parent / "home"
    home.mkdir()
    code = "import os; os.environ['BUILD'] = str(os.getpid()); from pipeline.cli import main; main(['build'])"
    command = [sys.executable, "-c", code]
    environment = os.environ | {"HOME": str(home)}
    run = subprocess.run(command, cwd=published.folder, env=environment, capture_output=True, timeout=120, check=False)
    assert run.returncode == status, run.stderr
    assert len(os.listdir(home)) == 2
    assert all(gone(int(number)) for number in os.listdir(home))
