"""The guides for those who come from other packages: what they say to change is all there is to change, and works."""

from __future__ import annotations

import difflib
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.adapters.flask.apps import write
from tests.adapters.flask.migrating import CHANGES

DOCS = Path(__file__).parents[3] / "docs"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
STATIC = {"static/css/app.css": "a{color:red}", "static/js/app.js": "app()"}
RENDER = """\
import flask, guide
app = guide.create_app()
with app.test_request_context("/"):
    print(flask.render_template_string(open("page.html").read()))
"""
NAMED = r"(css/app|js/app)-[0-9a-f]{16}\.(css|js)"
URLS = {
    "from-flask-static-digest.md": rf"https://cdn\.example\.com/static/{NAMED}",
    "from-flask-cdn.md": rf"https://mycdn\.example\.net/static/{NAMED}",
    "from-query-strings.md": r"/static/css/app\.css\?v=[0-9a-f]{16}",
}
"""The guides, and what every URL is afterwards."""


def blocks(guide: str, part: str) -> dict[str, str]:
    """The code of a section by its language."""
    text = (DOCS / guide).read_text("utf-8")
    section = text.partition(f"## {part}\n")[2].partition("\n## ")[0]
    return dict(BLOCK.findall(section))


@pytest.mark.parametrize("guide", URLS)
def test_what_stands_after_works_with_the_template_from_before(guide: str, tmp_path: Path) -> None:
    before, after = blocks(guide, "Before"), blocks(guide, "After")
    assert after["jinja"].startswith(before["jinja"])
    write(tmp_path, {**STATIC, "guide.py": after["python"], "page.html": after["jinja"]})
    if "toml" in after:
        write(tmp_path, {"pipeline.toml": after["toml"]})
    for program in (["-m", "flask", "--app", "guide", "pipeline", "build"], ["-c", RENDER]):
        done = subprocess.run([sys.executable, *program], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    urls = re.findall(r'(?:href|src)="([^"]*)"', done.stdout)
    assert len(urls) == after["jinja"].strip().count("\n") + 1
    assert all(re.fullmatch(URLS[guide], url) for url in urls), urls


@pytest.mark.parametrize("guide", ["from-flask-static-digest.md", "from-flask-cdn.md"])
def test_one_line_of_python_changes(guide: str) -> None:
    before, after = (blocks(guide, part)["python"].splitlines() for part in ("Before", "After"))
    lines = [line for line in difflib.ndiff(before, after) if line[0] in "+-"]
    assert [line[2:] for line in lines if line[0] == "-"] == [each for each in CHANGES if each in before]
    assert [line[2:] for line in lines if line[0] == "+"] == [CHANGES[each] for each in CHANGES if each in before]
    assert len(lines) == 2


def test_what_stands_before_in_the_guide_to_query_strings_is_what_people_have(tmp_path: Path) -> None:
    before = blocks("from-query-strings.md", "Before")
    write(tmp_path, {**STATIC, "guide.py": before["python"], "page.html": before["jinja"]})
    done = subprocess.run([sys.executable, "-c", RENDER], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert re.search(r'"/static/css/app\.css\?v=\d+"', done.stdout)
