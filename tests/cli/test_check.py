from __future__ import annotations

import json

import pytest

from pipeline.cli.report import complain, plain
from pipeline.diagnostic import WIDEST, Diagnostic, excerpt


def around(content, needle):
    """The excerpt of the first ``needle``: its line, and what stands in the columns that are marked."""
    content = content.encode() if isinstance(content, str) else content
    needle = needle.encode()
    start = content.index(needle)
    return excerpt(content, start, start + len(needle)).split("\n")


def test_an_excerpt_is_the_line_with_a_mark_under_the_place():
    for end in ("\n", "\r\n", "\r"):
        line, mark = around(f"a{{}}{end}b{{background:url(x.png)}}{end}c", "x.png")
        assert (line, mark) == ("b{background:url(x.png)}", " " * 17 + "^~~~~")


def test_tabs_stay_and_the_mark_stands_below_them():
    assert around("\ta\turl(x.png)", "x.png") == ["\ta\turl(x.png)", "\t \t    ^~~~~"]
    assert around("\ta\tb", "a\tb") == ["\ta\tb", "\t^~~"]


def test_wide_characters_take_two_columns_and_combining_ones_none():
    assert around("日本e\u0301(図.png)", "図.png") == ["日本e\u0301(図.png)", " " * 6 + "^~~~~~"]


def test_control_characters_are_escaped_and_count_as_they_are_printed():
    assert around("\x1b[2Jurl(x)", "x)") == ["\\x1b[2Jurl(x)", " " * 11 + "^~"]


@pytest.mark.parametrize(
    ("before", "after"), [("a" * 5000, "b" * 5000), ("a" * 5000, ""), ("", "b" * 5000), ("é" * 60, "日" * 60)]
)
def test_a_long_line_is_cut_around_the_place(before, after):
    line, mark = around(f"x\n{before}url(x.png){after}\ny", "x.png")
    assert len(line) <= WIDEST + 2
    assert line.startswith("…") == (len(before) > 50)
    assert line.endswith("…") == (len(after) > 50)
    start = mark.index("^")
    assert line[start : start + len(mark.strip())] == "x.png"


def test_an_excerpt_ends_with_its_line_and_needs_no_text():
    assert excerpt(b"url(x\ny)", 4, 8) == "url(x\n    ^"
    assert excerpt(b"", 0) == "\n^"
    assert excerpt(b"a\n", 2) == "\n^"
    assert excerpt(b"\xef\xbb\xbfab", 4) == "ab\n ^"
    assert excerpt(b"a\xff\xfeb", 3) == "a\ufffd\ufffdb\n   ^"


def test_excerpts_of_one_long_line_cost_the_same_anywhere():
    content = b"a" * 10_000_000
    for offset in range(0, len(content), 1000):  # 10,000 of them: a second, not an hour
        excerpt(content, offset, offset + 5)


def test_a_diagnostic_is_printed_with_its_excerpt(capsys):
    complain([Diagnostic("error", "is wrong", "a.css", 1, 2, excerpt="ab\n ^"), Diagnostic("note", "is so")])
    assert capsys.readouterr().err.splitlines() == ["error: a.css:1:2: is wrong", "  ab", "   ^", "note: is so"]


def test_a_diagnostic_in_json_has_its_excerpt():
    diagnostic = Diagnostic("error", "is wrong", "a.css", 1, 2, "mend it", "ab\n ^")
    assert Diagnostic(**json.loads(json.dumps(plain(diagnostic)))) == diagnostic


def test_check_lists_what_is_unused(site):
    site.write({"a.css": "a{}", "b.css": "b{}", "c.css": "c{}"})
    site.configure('sources=["src"]\noutput="out"\n[bundles]\n"all.css"=["a.css"]')
    site.write({"t.html": "{{ asset_url('c.css') }}"}, below="templates")
    run = site.run("check", "--unused")
    assert run.returncode == 0
    assert run.stderr.splitlines()[:2] == ["note: b.css: nothing leads to it", "note: c.css: nothing leads to it"]
    assert "2 assets unused" in run.stderr
    run = site.run("check", "--unused", "--templates", "templates/**")
    assert "note: b.css: nothing leads to it" in run.stderr
    assert "c.css" not in run.stderr
    assert "1 asset unused" in run.stderr
    assert not site.output.exists()


def test_check_exits_1_for_names_in_templates_that_do_not_exist(site):
    site.write({"css/site.css": "a{}"})
    site.write({"a.html": "{{ asset_url('css/sit.css') }}", "b.html": "{% if %}"}, below="templates")
    site.write({"c.txt": "{{ asset_url('gone.css') }}"}, below="mail")
    run = site.run("check", "--templates", "templates/**", "--templates", "mail/*.txt")
    assert run.returncode == 1
    said = run.stderr.splitlines()
    assert said[0] == "error: mail/c.txt:1:15: 'gone.css' is not an asset of the site"
    assert said[3] == (
        "error: templates/a.html:1:15: 'css/sit.css' is not an asset of the site; did you mean 'css/site.css'?"
    )
    assert said[4:6] == ["  {{ asset_url('css/sit.css') }}", " " * 16 + "^" + "~" * 10]
    assert said[6].startswith("warning: templates/b.html:1: does not parse: ")
    assert said[7] == "1 asset would be published; 2 errors, 1 warning, 0 notes"
    site.write({"a.html": "{{ asset_url('css/site.css') }}"}, below="templates")
    assert site.run("check", "--templates", "templates/**").returncode == 0


def test_a_glob_for_templates_that_matches_nothing_exits_2(site):
    run = site.run("check", "--templates", "templates/**")
    assert run.returncode == 2
    assert "--templates 'templates/**' matches no file" in run.stderr


def test_check_prints_json_for_programs(site):
    site.write({"a.css": "a{}"})
    site.write({"t.html": "{{ asset_url('b.css') }}"}, below="templates")
    run = site.run("check", "--json", "--unused", "--templates", "templates")
    assert run.returncode == 1
    summary = json.loads(run.stdout)
    assert (summary["assets"], summary["unused"]) == (1, ["a.css"])
    error, note = summary["diagnostics"]
    assert (error["path"], error["line"], error["column"]) == ("templates/t.html", 1, 15)
    assert error["excerpt"] == "{{ asset_url('b.css') }}\n" + " " * 14 + "^~~~~"
    assert note["severity"] == "note"


def test_a_failed_check_prints_every_error_in_json_too(site):
    site.write({"a.css": "@import 'x.css';@import 'y.css';", "b.css": "@import 'z.css';"})
    run = site.run("check", "--json")
    assert run.returncode == 1
    found = [(each["path"], each["column"], each["severity"]) for each in json.loads(run.stdout)["diagnostics"]]
    assert found == [("a.css", 10, "error"), ("a.css", 26, "error"), ("b.css", 10, "error")]
