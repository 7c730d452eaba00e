from __future__ import annotations

import os
import sys
from importlib.util import find_spec

import pytest

from pipeline.errors import ConfigError
from pipeline.inspection.templates import files_of, missing, names_in

JINJA = [
    ("{{ asset_url('a.css') }}", ["a.css"]),
    ('{{ asset_tag("a.css", defer=true) }}', ["a.css"]),
    ("{{ asset_tags('a.css', 'b.js') }}", ["a.css", "b.js"]),
    ("{{ asset_tags(['a.css', ('b.js',)]) }}", ["a.css", "b.js"]),
    ("{{ h.asset_url('a.css') }}", ["a.css"]),
    ("{{ static('a.css') }}", ["a.css"]),
    ("{{ 'a.css' | asset_url }}", ["a.css"]),
    ("{{ 'a.css' | upper }}", []),
    ("{{ url_for('static', filename='a.css') }}", ["a.css"]),
    ("{{ url_for('static', path='/a.css') }}", ["a.css"]),
    ("{{ url_for('static', 'a.css') }}", ["a.css"]),
    ("{{ url_for('admin.static', filename='a.css') }}", []),
    ("{{ url_for('index') }}", []),
    ("{{ url_for(endpoint, filename='a.css') }}", []),
    ("{{ static_url_for('static', filename='a.css') }}", ["a.css"]),
    ("{{ static_url_for('a.css') }}", ["a.css"]),
    ("{{ asset_url('img/' ~ 'a' + '.png') }}", ["img/a.png"]),
    ("{{ asset_url('img/' ~ name) }}", []),
    ("{{ asset_url('a.css' if dark else 'b.css') }}", ["a.css", "b.css"]),
    ("{{ asset_url('a.css' if dark) }}", ["a.css"]),
    ("{{ asset_url(3) }}{{ asset_url(name) }}{{ other('x') }}{{ f()('x') }}", []),
    ("{% set u = asset_url('a.css') %}", ["a.css"]),
    ("{% macro m(x=asset_url('a.css')) %}{{ asset_url('b.css') }}{% endmacro %}", ["a.css", "b.css"]),
    ("{% if a %}{{ asset_url('a.css') }}{% else %}{{ asset_url('b.css') }}{% endif %}", ["a.css", "b.css"]),
    ("{# {{ asset_url('a.css') }} #}", []),
    ("{% raw %}{{ asset_url('a.css') }}{% endraw %}", []),
    ("{% trans %}x{% endtrans %}{% do x.append(asset_url('a.css')) %}", ["a.css"]),
    ("asset_url('a.css')", []),
]
DJANGO = [
    ("{% load static %}{% static 'a.css' %}", ["a.css"]),
    ('{% load static %}{% static "a.css" as url %}{{ url }}', ["a.css"]),
    ("{% asset_url 'a.css' %}", ["a.css"]),
    ("{% asset_tag 'a.css' defer=True media='print' %}", ["a.css"]),
    ("{% asset_tags 'a.css' \"b.js\" %}", ["a.css", "b.js"]),
    ("{%static 'a.css'%}", ["a.css"]),
    ("{% static name %}{% static _('a.css') %}", []),
    ("{% static 'img/'|add:name %}{% static 'img/'|add:'a.png' %}", []),
    (r"{% static 'it\'s.png' %}", ["it's.png"]),
    ("{% static 'a.css' %}{# {% static 'b.css' %} #}", ["a.css"]),
    ("{% static 'a.css' %}{% comment 'why' %}{% static 'b.css' %}{% endcomment %}{% static 'c.css' %}", None),
    ("{% static 'a.css' %}{% verbatim %}{% static 'b.css' %}{% endverbatim %}", ["a.css"]),
    ("{% load x %}{% %}{{ 'a.css' }}{% include 'a.html' with icon='b.css' %}", []),
]


def require_django():
    if find_spec("django") is None:
        if os.environ.get("CI"):
            pytest.fail("Django is not installed")
        pytest.skip("Django is not installed")


def texts(content):
    names, diagnostics = names_in(content.encode(), "t.html")
    assert diagnostics == []
    return [name.text for name in names]


@pytest.mark.parametrize(("template", "expected"), JINJA)
def test_the_constants_in_calls_of_a_jinja_template_are_names(template, expected):
    assert texts(template) == expected


@pytest.mark.parametrize(("template", "expected"), DJANGO)
def test_the_constants_in_tags_of_a_django_template_are_names(template, expected):
    require_django()
    assert texts(template) == (["a.css", "c.css"] if expected is None else expected)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_name_has_its_line_and_offset_whatever_ends_the_lines(end):
    content = end.join(["\ufeffé", "{{ asset_url('a') }}{{ asset_url('a') }}{{ asset_url(", "  'a', b) }}"]).encode()
    names, _ = names_in(content, "t.html")
    assert [(name.line, content[: name.start].decode().rpartition(end)[2]) for name in names] == [
        (2, "{{ asset_url('"),
        (2, "{{ asset_url('a') }}{{ asset_url('"),
        (3, "  '"),
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_name_in_a_django_template_has_its_line_and_offset_too(end):
    require_django()
    content = end.join(["{% load static %}", "é {% static 'a' %}"]).encode()
    (name,), _ = names_in(content, "t.html")
    assert (name.line, content[name.start :]) == (2, b"a' %}")


def test_a_name_that_is_put_together_has_its_line_only():
    (name,), _ = names_in(b"\n{{ asset_url('a' ~ 'b') }}", "t.html")
    assert (name.text, name.line, name.start) == ("ab", 2, None)


def test_a_line_that_is_a_whole_file_takes_linear_time():
    names, _ = names_in(b"{{ asset_url('a.css') }}{{ asset_url('b' ~ '.css') }}" * 4000, "t.html")
    assert len(names) == 8000
    assert [name.start for name in names[:3]] == [14, None, 66 + 1]


def test_a_template_that_does_not_parse_is_a_warning_with_its_place():
    _, (warning,) = names_in(b"a\n{% if x %}\n{% endfor %}", "t.html")
    assert (warning.severity, warning.path, warning.line) == ("warning", "t.html", 3)
    assert "unknown tag 'endfor'" in warning.message


def test_names_are_found_beside_tags_of_extensions_too():
    template = b"{%- cache 300, x %}\n{{ asset_url('a.css') }}{% endcache %}{% do f(asset_url('b.css')) %}"
    names, (warning,) = names_in(template, "t.html")
    assert [name.text for name in names] == ["a.css", "b.css"]
    assert (warning.line, warning.severity) == (1, "warning")
    assert "unknown tag 'cache'" in warning.message


def test_what_does_not_even_consist_of_tokens_is_a_warning_with_its_place():
    names, (warning,) = names_in(b"{{ asset_url('a.css') }}\n{{ 'a }}", "t.html")
    assert (names, warning.line) == ([], 2)


def test_an_open_comment_of_django_is_a_warning_with_its_place():
    require_django()
    names, (warning,) = names_in(b"{% static 'a' %}\n{% comment %}\n{% static 'b' %}", "t.html")
    assert [name.text for name in names] == ["a"]
    assert str(warning) == "t.html:2: does not parse: this {% comment %} is never closed"


def test_a_template_nested_too_deeply_is_a_warning():
    _, (warning,) = names_in(b"{{ " + b"(" * 100_000 + b"1" + b")" * 100_000 + b" }}", "t.html")
    assert "nested too deeply" in warning.message


@pytest.mark.parametrize(
    "template",
    [
        "{% csrf_token %}",
        "{% url 'x' %}",
        "{{ day|date:'Y' }}",
        "{% block a-b %}{% endblock %}",
        "{% include 'x' with a=b %}",
        "{% trans 'x' %}",
    ],
)
def test_a_django_template_without_assets_is_no_broken_jinja_template(template):
    assert texts(template) == []


def test_what_is_not_text_is_a_warning_only_if_it_could_be_a_template():
    assert names_in(b"\xff\xfe\0", "x.png") == ([], [])
    _, (warning,) = names_in(b"\n{{ \xff }}", "t.html")
    assert str(warning) == "t.html:2:4: is not UTF-8, so it was not searched for names"


@pytest.mark.parametrize(
    ("template", "module", "name"), [(b"{{ x }}", "jinja2", "Jinja2"), (b"{% static 'x' %}", "django", "Django")]
)
def test_an_engine_that_is_missing_is_named_with_what_to_install(template, module, name, monkeypatch):
    for each in (module, "django.template.base"):
        monkeypatch.setitem(sys.modules, each, None)
    with pytest.raises(ConfigError) as caught:
        names_in(template, "t.html")
    assert caught.value.hint == f"pip install {name}"


def check(site, template, *known):
    site.write({"t.html": template}, below="templates")
    return missing(site.folder / "templates/t.html", known, site.config())


def test_a_name_that_the_site_lacks_is_an_error_with_place_source_and_the_nearest(site):
    names, (error,) = check(site, "<i>\n{{ asset_url('css/sit.css') }}", "css/site.css")
    assert names == ["css/sit.css"]
    assert str(error) == (
        "templates/t.html:2:15: 'css/sit.css' is not an asset of the site; did you mean 'css/site.css'?"
    )
    assert error.excerpt.splitlines() == ["{{ asset_url('css/sit.css') }}", " " * 14 + "^" + "~" * 10]


def test_a_missing_name_that_is_put_together_is_an_error_too(site):
    _, (error,) = check(site, "{{ asset_url('a' ~ 'b') }}", "x.css")
    assert (error.line, error.column, error.excerpt) == (1, None, "")


def test_a_fragment_a_folder_and_nothing_are_no_missing_names(site):
    template = "{{ static('i.svg#x') }}{{ static('img/') }}{{ static('') }}{{ static('odd#name.css') }}"
    names, errors = check(site, template, "i.svg", "odd#name.css")
    assert errors == []
    assert names[0] == "i.svg"


@pytest.mark.parametrize(
    ("patterns", "expected"),
    [
        (["templates/**"], ["templates/a.html", "templates/sub/b.html"]),
        (["templates"], ["templates/a.html", "templates/sub/b.html"]),
        (["templates/*.html"], ["templates/a.html"]),
        (["templates/a.html", "templates/?.html"], ["templates/a.html"]),
        (["**/*.html"], ["src/c.html", "templates/a.html", "templates/sub/b.html"]),
        (["templates/.hidden/*"], ["templates/.hidden/d.html"]),
        (["../project/src/*"], ["src/c.html"]),
    ],
)
def test_globs_are_relative_to_the_project(site, patterns, expected):
    site.write({"a.html": "", "sub/b.html": "", ".hidden/d.html": "", ".swp": ""}, below="templates")
    site.write({"src/c.html": "", "out/e.html": ""}, below=".")
    assert [file.relative_to(site.folder).as_posix() for file in files_of(patterns, site.config())] == expected


def test_a_glob_that_matches_nothing_is_a_mistake(site):
    with pytest.raises(ConfigError, match=r"'nowhere/\*' matches no file"):
        files_of(["nowhere/*"], site.config())


def test_a_template_that_cannot_be_read_is_named(site):
    with pytest.raises(ConfigError, match=r"templates/gone.html: cannot be read"):
        missing(site.folder / "templates/gone.html", [], site.config())
