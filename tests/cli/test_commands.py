from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys

import pytest

import pipeline


def lines(text):
    return text.strip().splitlines()


def test_a_build_says_what_it_made_on_standard_error_only(site):
    site.write({"css/site.css": "a{color:red}\n" * 200, "x.png": "x"})
    site.configure('sources=["src"]\noutput="out"\n[bundles]\n"all.css"=["css/site.css"]')
    run = site.run("build")
    assert (run.returncode, run.stdout) == (0, "")
    words = [line.split() for line in lines(run.stderr)]
    assert words[0] == ["asset", "size", "gzip"]
    assert words[1][:3] == ["all.css", "2.4", "kB"]
    assert words[-2][0] == "all"
    assert "2 assets in" in lines(run.stderr)[-1]
    assert f"3 files written, 0 unchanged in '{site.output}'" in run.stderr


def test_a_second_build_of_the_same_tree_writes_nothing(site):
    site.write({"a.css": "a{}"})
    site.publish()
    before = {file: file.stat().st_mtime_ns for file in site.output.rglob("*") if file.is_file()}
    assert "0 files written, 1 unchanged" in site.run("build").stderr
    assert {file: file.stat().st_mtime_ns for file in site.output.rglob("*") if file.is_file()} == before


def test_json_is_one_summary_on_standard_output(site):
    site.write({"a.css": "a{}", "b.css": "@import 'a.css';a{}@import 'b.css';"})
    run = site.run("build", "--json")
    summary = json.loads(run.stdout)
    assert summary["assets"] == 2
    assert summary["written"] == 2
    assert summary["output"] == str(site.output)
    assert summary["renewed"] is True
    (warning,) = summary["diagnostics"]
    assert (warning["severity"], warning["path"], warning["line"], warning["column"]) == ("warning", "b.css", 1, 29)


def test_a_failed_build_exits_1_says_everything_and_leaves_the_last_release(site):
    site.write({"a.css": "a{}"})
    site.publish()
    before = site.files()
    site.write({"a.css": "a{background:url(x.png)}", "b.css": "@import 'c.css';"})
    run = site.run("build")
    assert run.returncode == 1
    assert lines(run.stderr) == [
        "error: a.css:1:18: 'x.png' does not exist",
        "  a{background:url(x.png)}",
        "                   ^~~~~",
        "error: b.css:1:10: 'c.css' does not exist",
        "  @import 'c.css';",
        "           ^~~~~",
    ]
    assert site.files() == before


def test_a_mistake_in_the_configuration_exits_2(site):
    site.configure('sources=["src"]\ncompres=[]')
    run = site.run("build")
    assert run.returncode == 2
    assert lines(run.stderr) == ["error: pipeline.toml:2:1: unknown key 'compres'; did you mean 'compress'?"]


@pytest.mark.parametrize(
    "arguments", [["bild"], ["build", "--wat"], ["-C", "nowhere", "build"], ["prune", "--age", "soon"]]
)
def test_a_mistake_on_the_command_line_exits_2_without_a_traceback(site, arguments):
    run = site.run(*arguments)
    assert run.returncode == 2
    assert "Error: " in run.stderr
    assert "Traceback" not in run.stderr


def test_check_does_all_but_writing_and_names_what_is_shadowed(site):
    site.write({"a.css": "1"}, below="one")
    site.write({"a.css": "2"}, below="two")
    site.configure('sources=["one","two"]\noutput="out"')
    run = site.run("check")
    assert run.returncode == 0
    assert lines(run.stderr) == [
        "note: a.css: 'two/a.css' is not used: 'one/a.css' comes first",
        "1 asset would be published; 0 warnings, 1 note",
    ]
    assert not site.output.exists()
    site.write({"a.css": "@import 'x.css';"}, below="one")
    assert site.run("check").returncode == 1


def test_a_build_counts_notes_and_leaves_them_to_check(site):
    site.write({"a.css": "1"}, below="one")
    site.write({"a.css": "2"}, below="two")
    site.configure('sources=["one","two"]\noutput="out"')
    assert "1 note: `pipeline check` prints them" in site.run("build").stderr


def test_verify_exits_1_and_names_what_differs(site):
    site.write({"a.css": "a{}"})
    site.publish()
    run = site.run("verify")
    assert (run.returncode, lines(run.stderr)) == (0, ["1 asset and 1 file are as published"])
    file = site.output / site.manifest["a.css"].file
    file.write_text("b{}")
    run = site.run("verify")
    assert run.returncode == 1
    assert f"error: {file.name}: has other bytes than were published" in run.stderr
    assert site.run("build").returncode == 0
    assert site.run("verify").returncode == 0


def test_verify_without_a_release_says_what_to_do(site):
    run = site.run("verify")
    assert run.returncode == 1
    assert "run `pipeline build` first" in run.stderr


def test_clean_deletes_what_was_published_and_nothing_else(site):
    site.write({"css/a.css": "a{}"})
    site.publish()
    site.write({"uploads/user.jpg": "x"}, below="out")
    run = site.run("clean")
    assert (run.returncode, run.stderr) == (0, f"1 file deleted from '{site.output}'\n")
    assert [file.name for file in site.output.rglob("*")] == ["uploads", "user.jpg"]
    assert site.run("clean").returncode == 0


def test_prune_takes_numbers_and_times(site):
    site.write({"a.css": "1{}"})
    site.publish()
    site.write({"a.css": "2{}"})
    site.publish()
    assert "0 files deleted" in site.run("prune", "--keep", "0", "--age", "1h").stderr
    assert "0 files deleted" in site.run("prune", "--keep", "1", "--age", "0").stderr
    assert "1 file deleted" in site.run("prune", "--keep", "0", "--age", "0").stderr
    assert site.verify() == []


def test_config_prints_every_value_and_its_origin(site):
    run = site.run("config", env={"PIPELINE_BASE_URL": "/s/"})
    assert run.returncode == 0
    origins = {line.split(" = ")[0]: line.partition("  # ")[2].strip() for line in lines(run.stdout)}
    assert origins["base_url"] == "environment PIPELINE_BASE_URL"
    assert origins["minify"] == "pipeline.toml:3"
    assert origins["strict"] == "default"


def test_config_says_which_minifiers_run(site):
    run = site.run("config", env={"PIPELINE_MINIFY": "true"})
    assert re.search(
        r"^# minify runs rcssmin [\d.]+ in (C|Python), rjsmin [\d.]+ in (C|Python)$", run.stdout, re.MULTILINE
    )
    assert "# minify runs" not in site.run("config", env={"PIPELINE_MINIFY": "false"}).stdout


def test_flags_win_over_the_environment_and_the_file(site):
    site.write({"a.css": "a{}"})
    run = site.run("build", "--output", "flagged", "--jobs", "1", env={"PIPELINE_OUTPUT": "environment"})
    assert run.returncode == 0
    assert (site.folder / "flagged/manifest.json").is_file()
    assert not site.output.exists()
    assert not (site.folder / "environment").exists()


def test_a_command_may_be_started_elsewhere(site, tmp_path):
    site.write({"a.css": "a{}"})
    run = site.run("-C", str(site.folder), "build", cwd=tmp_path)
    assert run.returncode == 0
    assert (site.output / "manifest.json").is_file()
    below = site.run("build", cwd=site.folder / "src")
    assert "0 files written" in below.stderr


def test_a_module_of_ones_own_that_takes_the_place_of_the_package_is_named(site):
    (site.folder / "pipeline.py").write_text("print('mine')")
    script = os.path.join(os.path.dirname(sys.executable), "pipeline")
    run = subprocess.run([script, "build"], cwd=site.folder, capture_output=True, text=True, check=False)
    assert run.returncode == 2
    assert "pipeline.py: would be imported by" in run.stderr
    assert "rename it" in run.stderr


def test_S19_names_cannot_steer_the_terminal(site):
    site.write({"a\nOK: passed\x1b[2J.css": "@import 'gone\x1b[1m.css';"})
    run = site.run("build")
    assert run.returncode == 1
    assert "\x1b" not in run.stderr
    assert [line[:6] for line in lines(run.stderr)] == ["error:", "  @imp", "      "]
    site.configure('sources=["src"]\noutput="out"\nstrict=false')
    run = site.run("build")
    assert "\x1b" not in run.stderr
    assert "\\x1b[2J" in run.stderr


def test_the_version_is_told_without_loading_what_is_slow():
    code = "import sys; from pipeline.cli import main\ntry: main(['--version'])\nexcept SystemExit: pass\n"
    code += "print(sorted({'rich', 'webassets', 'watchdog', 'rjsmin', 'deflate'} & sys.modules.keys()))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert lines(run.stdout) == [f"pipeline, version {pipeline.__version__}", "[]"]


def test_on_a_terminal_there_is_a_progress_bar_and_a_table(site):
    site.write({f"{number}.css": "a{}" for number in range(30)})
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "pipeline", "build"]
    process = subprocess.Popen(command, cwd=site.folder, stderr=theirs, stdout=subprocess.DEVNULL)
    os.close(theirs)
    seen = b""
    try:
        while chunk := os.read(ours, 4096):
            seen += chunk
    except OSError:  # Linux says so at the end of a terminal
        pass
    os.close(ours)
    assert process.wait(60) == 0
    assert b"30/30" in seen
    assert b"and 15 others" in seen


def test_an_interrupt_ends_with_130(site):
    site.write({"a.css": "a{}"})
    code = (
        "import os, signal, sys; import pipeline.incremental.renewal as b\n"
        "b.build = lambda *a: signal.raise_signal(signal.SIGINT)\n"
        "from pipeline.cli import main; main(['build'])"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=site.folder, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr.strip()) == (130, "interrupted")
