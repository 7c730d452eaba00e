"""What the documentation of the adapter says is what works."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from pipeline.adapters.django.options import KEYS
from tests.adapters.django_project import SETTINGS

DOCS = Path(__file__).parents[2] / "docs"
BLOCK = re.compile(r"```python\n(.*?)```", re.DOTALL)


def blocks(name: str) -> list[str]:
    return [match[1] for match in BLOCK.finditer((DOCS / name).read_text())]


def test_the_settings_of_the_documentation_are_all_that_a_project_needs(django_project):
    bare = re.sub(r"^STORAGES = \{.*?^\}$", "", SETTINGS, flags=re.DOTALL | re.MULTILINE)
    (documented,) = [block for block in blocks("django.md") if "INSTALLED_APPS" in block]
    assert all(name in documented for name in ("INSTALLED_APPS", "STORAGES", "STATIC_ROOT"))
    django_project.write({"settings.py": f"{bare}\n{documented}\nINSTALLED_APPS.append('shop')\n"})
    django_project.write({"shop/static/a.css": "a{}"})
    assert "no issues" in django_project.done("check")
    django_project.done("collectstatic")
    assert "no issues" in django_project.done("check")
    assert django_project.manifest()["a.css"]


def test_every_key_is_documented_and_no_other():
    text = (DOCS / "django.md").read_text()
    (documented,) = [block for block in blocks("django.md") if block.startswith("PIPELINE = ")]
    (assigned,) = ast.parse(documented).body
    assert isinstance(assigned, ast.Assign)
    assert isinstance(assigned.value, ast.Dict)
    assert [key.value for key in assigned.value.keys if isinstance(key, ast.Constant)] == [*KEYS]
    assert [*re.findall(r"^\| `([A-Z_]+)` \|", text, re.MULTILINE)] == [*KEYS]


def test_every_link_of_the_documentation_leads_somewhere():
    for page in DOCS.glob("*django*.md"):
        for link in re.findall(r"\]\(([^)#]+)", page.read_text()):
            assert (page.parent / link).is_file(), link
