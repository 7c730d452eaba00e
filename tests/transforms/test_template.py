"""Jinja templates of any text: what they see, what they read, and how they fail."""

from __future__ import annotations

import json
import sqlite3

import pytest

from pipeline.errors import ToolNotFound
from tests.sites import Site, messages
from tests.transforms.webassets_steps import need_package

HEAD = 'sources=["src"]\noutput="out"\nminify=false\ncompress=[]\n'


@pytest.fixture(autouse=True)
def jinja():
    need_package("jinja2")


def configure(site: Site, **options: object) -> None:
    fields = ", ".join(f"{key} = {json.dumps(value)}" for key, value in {"use": "template", **options}.items())
    fields = fields.replace('": ', '" = ')
    site.configure(f'{HEAD}[compile]\n"*.jinja" = [{{ {fields} }}]\n')


def rendered(site: Site, text: str, name: str = "a.txt.jinja", **options: object) -> str:
    configure(site, **options)
    site.write({name: text})
    site.publish()
    return site.text(name.removesuffix(".jinja"))


def test_variables_come_from_the_configuration(site):
    assert rendered(site, "{{ name }} {{ sizes[1] + 1 }}", context={"name": "x", "sizes": [1, 2]}) == "x 3"


def test_variables_of_the_environment_come_if_they_are_declared(site, monkeypatch):
    monkeypatch.setenv("MODE", "loud")
    text = "{{ environ.MODE }} {{ environ.UNSET }}"
    assert rendered(site, text, variables=["MODE", "UNSET"]) == "loud None"


def test_line_ends_and_spaces_at_the_end_stay(site):
    assert rendered(site, "a\n\n{{ 1 }}\n\n") == "a\n\n1\n\n"


def test_special_characters_are_escaped_in_markup_only(site):
    assert rendered(site, "{{ '<' }}", "a.html.jinja") == "&lt;"
    assert rendered(site, "{{ '<' }}", "a.svg.jinja") == "&lt;"
    assert rendered(site, "{{ '<' }}", "a.css.jinja") == "<"


def test_other_templates_are_named_by_their_path_in_the_site_or_from_where_they_are_named(site):
    site.write({"parts/_a.jinja": "A{% include './_b.jinja' %}{% include '../_c.jinja' %}", "parts/_b.jinja": "B"})
    site.write({"_c.jinja": "C", "_base.jinja": "<{% block x %}{% endblock %}>", "m.txt": "{% macro f(x) %}{{ x }}!"})
    site.write({"m.txt": "{% macro f(x) %}{{ x }}!{% endmacro %}"})
    text = "{% extends '_base.jinja' %}{% from 'm.txt' import f %}{% block x %}{% include 'parts/_a.jinja' %}{{ f(1) }}"
    assert rendered(site, text + "{% endblock %}", "deep/a.txt.jinja") == "<ABC1!>"


def test_a_template_in_another_root_is_named_by_its_prefix(site):
    site.configure('sources=["src", { path = "shared", prefix = "s" }]\noutput="out"\nminify=false\ncompress=[]\n')
    site.write({"a.txt.jinja": "{% include 's/_x.jinja' %}"})
    site.write({"_x.jinja": "X"}, below="shared")
    site.publish()
    assert site.text("a.txt") == "X"


def test_a_template_that_is_excluded_from_the_sources_can_be_included(site):
    site.configure(f'exclude = ["layouts/"]\n{HEAD}')
    site.write({"a.txt.jinja": "{% include 'layouts/x.jinja' %}", "layouts/x.jinja": "X"})
    site.publish()
    site.write({"layouts/x.jinja": "Y"})
    site.publish()
    assert (site.text("a.txt"), list(site.manifest.entries)) == ("Y", ["a.txt"])


def test_a_bom_is_dropped(site):
    assert rendered(site, "\ufeffa{{ 1 }}") == "a1"


def inputs(site: Site) -> list[str]:
    found: list[str] = json.loads(site.run("explain", "--json", "a.txt").stdout)["inputs"]
    return found


def test_exactly_what_was_read_and_looked_for_is_an_input(site):
    site.write({"_a.jinja": "A", "_unused.jinja": "U"})
    text = "{% include ['no.jinja', '_a.jinja'] %}{% if false %}{% include '_unused.jinja' %}{% endif %}"
    assert rendered(site, text) == "A"
    assert inputs(site) == ["_a.jinja", "a.txt.jinja", "no.jinja", "src/no.jinja"]
    site.write({"no.jinja": "now there"})
    site.publish()
    assert site.text("a.txt") == "now there"


def test_a_changed_input_or_variable_makes_it_again_and_nothing_else_does(site, monkeypatch):
    site.write({"_a.jinja": "A", "b.txt": "b"})
    configure(site, variables=["MODE"], context={"x": 1})
    site.write({"a.txt.jinja": "{% include '_a.jinja' %}{{ x }}{{ environ.MODE }}"})
    keys = rows(site)
    assert len(keys) == 1
    assert rows(site) == keys
    site.write({"b.txt": "c", "c.txt": "", "_b.jinja": ""})
    monkeypatch.setenv("OTHER", "x")
    assert rows(site) == keys
    monkeypatch.setenv("MODE", "y")
    assert len(rows(site)) == 2
    configure(site, variables=["MODE"], context={"x": 2})
    assert len(rows(site)) == 3
    before = entries(site)
    site.write({"_a.jinja": "B"})
    assert len(rows(site)) == 3  # the same key: the row is replaced
    assert entries(site) != before
    assert site.text("a.txt") == "B2y"


def rows(site: Site) -> set[str]:
    """Build, and give the keys of what was ever made of templates."""
    site.publish()
    return set(entries(site))


def entries(site: Site) -> dict[str, bytes]:
    connection = sqlite3.connect(site.folder / ".pipeline-cache/2/cache.sqlite")
    found = {key: bytes(data) for key, data in connection.execute("SELECT key, data FROM entries")}
    connection.close()
    return {key: data for key, data in found.items() if b'"a.txt"' in data[:200]}


BROKEN = {
    "an unknown tag": ("{% nope %}", "a.txt.jinja:1: template: Encountered unknown tag 'nope'"),
    "an open tag": ("x\n{% if", "a.txt.jinja:2: template: unexpected 'end of template'"),
    "an open block": ("{% if 1 %}", "a.txt.jinja:1: template: Unexpected end of template"),
    "an open comment": ("\n\n{# x", "a.txt.jinja:3: template: Missing end of comment tag"),
    "an open string": ("{{ 'x }}", "a.txt.jinja:1: template: unexpected char"),
    "an odd operator": ("{{ 1 +* 2 }}", "a.txt.jinja:1: template: "),
    "an undefined variable": ("a\nb {{ nope }}", "a.txt.jinja:2: template: 'nope' is undefined"),
    "an undefined attribute": ("{{ environ.NOPE }}", "a.txt.jinja:1: template: 'dict object' has no attribute 'NOPE'"),
    "an unknown filter": ("{{ 1|nope }}", "a.txt.jinja:1: template: No filter named 'nope'"),
    "an unknown test": ("{{ 1 is nope }}", "a.txt.jinja:1: template: No test named 'nope'"),
    "a missing template": (
        "\n{% include '_gne.jinja' %}",
        "a.txt.jinja:2: template: there is no template '_gne.jinja'",
    ),
    "a template that is misspelt": ("{% extends '_gode.jinja' %}", "did you mean '_good.jinja'?"),
    "a template outside of the site": ("{% include '../../x' %}", "there is no template '../../x'"),
    "a template by an absolute path": ("{% include '/etc/passwd' %}", "there is no template '/etc/passwd'"),
    "a mistake in another one": (
        "{% include '_bad.jinja' %}",
        "_bad.jinja:2: template: Encountered unknown tag 'oops'",
    ),
    "a failure in another one": ("{% include '_zero.jinja' %}", "_zero.jinja:3: template: ZeroDivisionError: "),
    "a division by zero": ("{{ 1 / 0 }}", "a.txt.jinja:1: template: ZeroDivisionError: division by zero"),
    "a wrong type": ("{{ 'a' + 1 }}", "a.txt.jinja:1: template: TypeError: "),
    "templates that include each other": ("{% include 'a.txt.jinja' %}", "template: RecursionError: "),
    "endless work": ("{% for i in range(999999999) %}{% endfor %}", "template: OverflowError: Range too big"),
    "what is not safe": ("{{ ''.__class__.__mro__ }}", "template: access to attribute '__class__' of 'str' object is"),
    "something else each time": ("{{ [1, 2]|random }}", "template: No filter named 'random'"),
    "no UTF-8": (b"\xff", "a.txt.jinja: template: is not UTF-8: invalid start byte at byte 0"),
    "another one in no UTF-8": ("{% include '_latin.jinja' %}", "_latin.jinja: template: is not UTF-8: "),
}


@pytest.fixture
def published(site):
    site.write({"a.txt.jinja": "fine", "_good.jinja": "", "_bad.jinja": "\n{% oops %}", "_latin.jinja": b"\xe4"})
    site.write({"_zero.jinja": "\n\n{{ 1 / 0 }}"})
    site.publish()
    return site


@pytest.mark.parametrize("what", BROKEN)
def test_it_is_a_clear_error_if_a_template_has(published, what):
    text, message = BROKEN[what]
    before = published.files()
    published.write({"a.txt.jinja": text})
    with pytest.raises(ExceptionGroup) as caught:
        published.publish()
    (said,) = messages(caught.value)
    assert message in said
    assert published.files() == before


def test_a_failed_template_exits_1_without_a_traceback(published):
    published.write({"a.txt.jinja": "{{ nope }}"})
    run = published.run("build")
    assert (run.returncode, run.stderr) == (1, "error: a.txt.jinja:1: template: 'nope' is undefined\n")


def test_without_jinja_the_error_says_what_to_install(published, monkeypatch):
    monkeypatch.setattr("pipeline.transforms.template.find_spec", lambda _: None)
    published.write({"a.txt.jinja": "x"})
    with pytest.raises(ExceptionGroup) as caught:
        published.publish()
    (error,) = caught.value.exceptions
    assert isinstance(error, ToolNotFound)
    assert error.hint == "pip install 'pipeline-assets[jinja]'"
