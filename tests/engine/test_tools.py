"""Programs are found where their field puts them, run within limits, and complain in their own words."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.engine import running
from pipeline.engine.tools import Tool, Tools
from pipeline.errors import ToolNotFound, TransformError
from tests.programs import Program, gone

PRINT = "print('hello', *sys.argv[1:])"


def run(tmp_path: Path, body: str, *arguments: str, **options) -> running.Ran:
    Program(tmp_path, "prog", body)
    return Tools(tmp_path).run(Tool("prog", "npm install prog"), arguments, folder=tmp_path, **options)


def failure(tmp_path: Path, body: str, *arguments: str, **options) -> TransformError:
    with pytest.raises(TransformError) as caught:
        run(tmp_path, body, *arguments, **options)
    return caught.value


def test_a_program_of_the_project_comes_before_that_of_the_path(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    tool = Tool("prog")
    assert Tools(tmp_path).find(tool) is None
    Program(tmp_path, "prog", PRINT, "path")
    assert Tools(tmp_path).find(tool) == ((str(tmp_path / "path/prog"),), "PATH")
    own = Program(tmp_path, "prog", PRINT)
    assert Tools(tmp_path).find(tool) == ((str(own.file),), "node_modules")


def test_a_program_of_the_environment_comes_before_that_of_the_path(tmp_path):
    command, place = Tools(tmp_path).find(Tool("pytest")) or ((), "")
    assert (Path(command[0]).parent, place) == (Path(sys.executable).parent, "the Python environment")


def test_what_the_configuration_names_comes_first_with_its_arguments_and_files_of_the_project(tmp_path):
    Program(tmp_path, "prog", PRINT)
    other = Program(tmp_path, "other", PRINT, "bin")
    (tmp_path / "bin/x.js").write_text("")
    tools = Tools(tmp_path, (("prog", ("bin/other", "--flag", "bin/x.js")),))
    assert tools.find(Tool("prog")) == ((str(other.file), "--flag", str(tmp_path / "bin/x.js")), "tools.prog")
    assert tools.run(Tool("prog"), ["a"], folder=tmp_path).output == f"hello --flag {tmp_path}/bin/x.js a\n".encode()


def test_a_named_program_that_is_none_is_an_error_and_nothing_takes_its_place(tmp_path):
    Program(tmp_path, "prog", PRINT)
    with pytest.raises(ToolNotFound, match=r"tools\.prog is 'nowhere', which is no program"):
        Tools(tmp_path, (("prog", ("nowhere",)),)).command(Tool("prog"))


def test_what_a_package_brings_is_found(tmp_path):
    tool = Tool("prog", provided=lambda: ("/bin/sh", "-x"))
    assert Tools(tmp_path).find(tool) == (("/bin/sh", "-x"), "the Python environment")


def test_a_missing_program_is_an_error_that_says_how_to_install_it(tmp_path):
    with pytest.raises(ToolNotFound) as caught:
        Tools(tmp_path).run(Tool("no-such-program", "npm install it"), [], folder=tmp_path)
    assert caught.value.message == "the program 'no-such-program' is not installed"
    assert caught.value.hint == "npm install it, or set tools.no-such-program"


def test_a_file_that_cannot_be_run_is_an_error(tmp_path):
    program = Program(tmp_path, "prog", PRINT)
    program.file.write_text("#!/no/such/interpreter\n")
    with pytest.raises(ToolNotFound, match="'prog' cannot be started: No such file"):
        Tools(tmp_path).run(Tool("prog"), [], folder=tmp_path)


def test_arguments_reach_a_program_as_they_are(tmp_path):
    odd = ["a b", "$(touch x)", "; exit 1", "*", "'", '"', "", "--", "ü\n"]
    ran = run(tmp_path, "sys.stdout.write(repr(sys.argv[1:]))", *odd)
    assert ran.output.decode() == repr(odd)
    assert not (tmp_path / "x").exists()


def test_an_argument_with_a_nul_is_an_error(tmp_path):
    assert "cannot be started: embedded null byte" in failure(tmp_path, PRINT, "a\0b").message


def test_a_program_reads_what_it_is_given_and_need_not(tmp_path):
    assert run(tmp_path, "print(len(sys.stdin.read()))", given=b"x" * 3_000_000).output == b"3000000\n"
    assert run(tmp_path, "print('no')", given=b"x" * 3_000_000).output == b"no\n"


def test_a_program_sees_only_the_variables_that_it_declares_and_those_of_the_machine(tmp_path, monkeypatch):
    monkeypatch.setenv("SECRET", "s")
    monkeypatch.setenv("DECLARED", "d")
    Program(tmp_path, "prog", "print(sorted(os.environ))")
    seen = Tools(tmp_path).run(Tool("prog", variables=("DECLARED", "UNSET")), [], folder=tmp_path).output.decode()
    assert "'DECLARED'" in seen
    assert "'PATH'" in seen
    assert "SECRET" not in seen
    assert "UNSET" not in seen


def test_a_failure_has_the_status_the_own_words_and_the_command_line(tmp_path):
    error = failure(tmp_path, "sys.stderr.write('\\x1b[31mno\\x1b[0m\\n\\n  luck\\n'); sys.exit(3)", "a b")
    assert error.message == "'prog' failed with status 3: no | luck"
    assert error.hint == "it ran as: prog 'a b'"


def test_what_stands_on_standard_output_counts_if_nothing_is_on_the_other(tmp_path):
    assert failure(tmp_path, "print('wrong'); sys.exit(1)").message == "'prog' failed with status 1: wrong"
    assert failure(tmp_path, "sys.exit(1)").message == "'prog' failed with status 1"


@pytest.mark.parametrize(
    "said", ["src/a.x:3:7: oops", "oops in src/a.x(3,7)", "FOLDER/src/a.x:3:7", "\x1b[1msrc/a.x\x1b[0m:3:7 oops"]
)
def test_the_place_that_a_program_names_is_that_of_the_error(tmp_path, said):
    said = said.replace("FOLDER", str(tmp_path))
    error = failure(tmp_path, f"sys.exit({said!r})", names={"src/a.x": "a.x"})
    assert (error.path, error.line, error.column) == ("a.x", 3, 7)
    assert str(tmp_path) not in error.message


def test_a_place_in_a_file_that_nobody_knows_is_none(tmp_path):
    error = failure(tmp_path, "sys.exit('lib/x.py:3:7: oops')", names={"src/a.x": "a.x"})
    assert (error.path, error.line) == ("", None)


def test_megabytes_of_words_are_cut_in_their_middle(tmp_path):
    error = failure(tmp_path, "sys.stderr.write('first ' + 'x' * 5_000_000); sys.exit(1)")
    assert error.message.startswith("'prog' failed with status 1: first xxx")
    assert len(error.message) < 2_100


def test_a_program_that_writes_without_end_is_ended(tmp_path, monkeypatch):
    monkeypatch.setattr(running, "MOST", 1 << 20)
    error = failure(tmp_path, "while True: sys.stdout.write('x' * 65536)")
    assert "was ended, for it wrote more than" in error.message


def test_words_without_end_do_not_fill_the_memory(tmp_path):
    ran = run(tmp_path, "sys.stderr.write('x' * 30_000_000)")
    assert len(ran.said) == running.SAID


def test_a_program_that_hangs_is_ended_when_its_time_is_over(tmp_path):
    error = failure(tmp_path, "print('well'); sys.stdout.flush(); import time; time.sleep(600)", seconds=0.5)
    assert error.message == "'prog' was ended, for it took longer than 0.5 seconds: well"


def test_a_program_that_ignores_signals_and_its_children_are_ended_too(tmp_path):
    body = (
        "import signal, subprocess, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "child = subprocess.Popen(['sleep', '600'])\n"
        "open('child', 'w').write(str(child.pid))\n"
        "time.sleep(600)"
    )
    assert "was ended" in failure(tmp_path, body, seconds=1.5).message
    assert gone(int((tmp_path / "child").read_text()))


def test_what_a_program_leaves_behind_neither_holds_the_build_up_nor_lives_on(tmp_path):
    body = "import subprocess\nopen('child', 'w').write(str(subprocess.Popen(['sleep', '600']).pid))"
    assert run(tmp_path, body).status == 0
    assert gone(int((tmp_path / "child").read_text()))


def test_a_program_that_is_killed_is_an_error_with_the_signal(tmp_path):
    error = failure(tmp_path, "sys.stderr.write('oh'); sys.stderr.flush(); os.kill(os.getpid(), 9)")
    assert error.message == "'prog' was ended by the signal SIGKILL: oh"


def test_an_interrupt_ends_the_program_with_its_children(tmp_path):
    body = (
        "import subprocess, time\n"
        "open('child', 'w').write(str(subprocess.Popen(['sleep', '600']).pid))\n"
        "os.kill(os.getppid(), 2)\n"
        "time.sleep(600)"
    )
    Program(tmp_path, "prog", body)
    code = (
        "from pathlib import Path; from pipeline.engine.tools import Tool, Tools\n"
        f"here = Path({str(tmp_path)!r})\n"
        "try: Tools(here).run(Tool('prog'), [], folder=here)\n"
        "except KeyboardInterrupt: print('interrupted')"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert ran.stdout == "interrupted\n", ran.stderr
    assert gone(int((tmp_path / "child").read_text()))


def test_a_worker_that_is_terminated_takes_its_program_along(tmp_path):
    """SIGTERM ends a process of Python without a word, if nobody handles it."""
    body = "import time; open('child', 'w').write(str(os.getpid())); os.kill(os.getppid(), 15); time.sleep(600)"
    Program(tmp_path, "prog", body)
    code = (
        "from pathlib import Path; from pipeline.engine.tools import Tool, Tools\n"
        f"here = Path({str(tmp_path)!r})\n"
        "Tools(here).run(Tool('prog'), [], folder=here)"
    )
    measured = {name for name in os.environ if name.startswith("COVERAGE")}  # coverage would handle it
    nobody = {name: value for name, value in os.environ.items() if name not in measured}
    ran = subprocess.run([sys.executable, "-c", code], env=nobody, capture_output=True, timeout=60, check=False)
    assert ran.returncode == -signal.SIGTERM
    assert gone(int((tmp_path / "child").read_text()))


@pytest.fixture
def unhandled() -> Iterator[None]:
    """Nobody handles SIGTERM, whatever this process did before."""
    before = signal.signal(signal.SIGTERM, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGTERM, before)


def test_nothing_is_left_of_a_run(tmp_path, unhandled):
    before = threading.active_count(), len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    for _ in range(3):
        run(tmp_path, PRINT)
    after = threading.active_count(), len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    assert (after, signal.getsignal(signal.SIGTERM)) == (before, signal.SIG_DFL)


def test_the_version_is_asked_once_as_long_as_the_program_stays(tmp_path):
    program = Program(tmp_path, "prog", "print('prog 1.0')")
    tools, tool = Tools(tmp_path), Tool("prog")
    assert [tools.version(tool) for _ in range(3)] == ["prog 1.0"] * 3
    assert program.runs() == ["--version"]
    program.write("print('prog 1.1')")
    assert tools.version(tool) == "prog 1.1"
    assert program.runs() == ["--version"] * 2


def test_a_program_that_is_not_asked_has_its_bytes_as_version(tmp_path):
    program = Program(tmp_path, "prog", PRINT)
    tools, tool = Tools(tmp_path), Tool("prog", version=())
    first = tools.version(tool)
    os.utime(program.file)
    assert tools.version(tool) == first
    program.write("print('other')")
    assert tools.version(tool) != first
    assert program.runs() == []


def test_a_package_of_npm_tells_its_version_in_its_own_file(tmp_path):
    package = tmp_path / "node_modules/prog"
    program = Program(tmp_path, "cli.js", PRINT, "node_modules/prog/bin")
    (package / "package.json").write_text('{"name": "prog", "version": "4.5.6"}')
    link = tmp_path / "node_modules/.bin/prog"
    link.parent.mkdir()
    link.symlink_to("../prog/bin/cli.js")
    assert Tools(tmp_path).version(Tool("prog")) == "prog@4.5.6"
    assert program.runs() == []


def test_a_missing_program_has_no_version(tmp_path):
    assert Tools(tmp_path).version(Tool("no-such-program")) == ""
