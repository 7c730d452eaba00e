"""Projects that are broken or mean harm: a clear word, little time, nothing run, nothing read outside."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import ConfigError, SourceError
from pipeline.migrating._reading.project import Project
from pipeline.migration import migrate
from tests.migrating.old import Old

ASSETS = "from flask_assets import Bundle, Environment\nfrom flask import Flask\nenv = Environment(Flask(__name__))\n"
GOOD = {"static/a.css": "a {}", "assets.py": f"{ASSETS}env.register('x', 'a.css', output='o.css')\n"}


def with_bundle(old: Old, **files: str | bytes) -> Old:
    """A project that has a bundle in spite of everything else in it."""
    old.write({**GOOD, **files}).migrate()
    assert "o.css" in old.bundles
    return old


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("import webassets\nprint 'x'\n", ["other.py:2", "does not parse as Python", "was not read"]),
        ("webassets = '\0'", ["other.py", "does not parse as Python"]),
        (f"webassets = {'(' * 300}", ["other.py", "does not parse as Python"]),
        (f"webassets = {'-' * 90_000}1", ["other.py", "does not parse as Python"]),
        (f"webassets = a{'.b' * 90_000}", ["other.py"]),
        (f"webassets = {'1 + ' * 90_000}1", ["other.py"]),
        ("# coding: no-such-codec\nwebassets = 1", ["other.py", "does not parse as Python"]),
        (f"# webassets\n{'#' * (1 << 20)}", ["other.py", "is larger than 1,048,576 bytes"]),
    ],
)
def test_python_that_cannot_be_read_is_named_and_the_rest_is_read(old, text, words):
    assert with_bundle(old, **{"other.py": text}).said(*words)


def test_python_in_another_encoding_is_read(old):
    text = f"# coding: latin-1\n{ASSETS}env.register('y', 'a.css', output='caf\xe9.css')\n"
    assert "café.css" in with_bundle(old, **{"other.py": text.encode("latin-1")}).bundles


DOUBLED = "".join(f"x{index + 1} = x{index} + x{index}\n" for index in range(200))


@pytest.mark.parametrize(
    "text",
    [
        f"x0 = 'webassets'\n{DOUBLED}",
        f"x0 = ['webassets']\n{DOUBLED}",
        f"x0 = ['webassets']\n{DOUBLED.replace(' + ', ', ').replace('= ', '= [').replace(chr(10), ']' + chr(10))}",
        "x = ['webassets']\nfor a in range(10):\n    x.extend(x)\n" + "x.extend(x)\n" * 100,
        "def f(x):\n    return f(x) + f(x)\nf('webassets')",
        "x = '%1000000000d' % 1, 'webassets'.replace('', 'x' * 9).replace('', 'y')",
        f"x = 'webassets'\n{'x = x.replace(chr(101), x)' + chr(10):s}" + "x = x.replace('e', x)\n" * 100,
        "x = [1] * 1000\n"
        + "".join(f"{'  ' * depth}for y{depth} in {[*range(100)]}:\n" for depth in range(8))
        + "  " * 8
        + "webassets",
        "from webassets import Bundle\nb0 = Bundle('a.css')\n"
        + "".join(f"b{index + 1} = Bundle(b{index}, b{index})\n" for index in range(200))
        + "b = Bundle(b200, output='p.css')",
        "import other\nfrom other import *\nwebassets = other.webassets",
    ],
)
def test_code_that_would_fill_the_memory_does_not(old, text):
    with_bundle(old, **{"other.py": text})


ALIASES = "a0: &a0 {output: o, contents: [a.css]}\n"
ALIASES += "".join(f"a{index + 1}: &a{index + 1} [{', '.join([f'*a{index}'] * 9)}]\n" for index in range(9))
MERGED = "a0: &a0 {output: o, contents: [a.css]}\n"
MERGED += "".join(f"a{index + 1}: &a{index + 1} {{<<: [{', '.join([f'*a{index}'] * 9)}]}}\n" for index in range(9))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (ALIASES + "contents: *a9\n", ["assets.yml", "says too much"]),
        (MERGED + "contents: x\n", ["assets.yml", "says too much"]),
        ("x: &x\n  output: o\n  contents: [*x]\n", ["assets.yml", "says too much"]),
        (f"output: 1\ncontents: {'[' * 5000}", ["assets.yml"]),
        ("output: [\ncontents: x", ["assets.yml:2", "is not valid YAML"]),
        ("output: !!python/object/apply:os.system [touch here]\ncontents: x\n", []),
        ("x: !!python/object/apply:os.system\n  output: o\n  contents: x\n", []),
        ("output: o\ncontents: x\n---\nmore: 1\n", ["assets.yml"]),
        ("output: \x00\ncontents: x", ["assets.yml", "is not valid YAML"]),
        ("- output\n-\n  contents: x\n", []),
        (f"# {'x' * (1 << 18)}\noutput: o\ncontents: x\n", ["assets.yml", "is larger than 262,144 bytes"]),
    ],
)
def test_yaml_that_means_harm_is_named_and_makes_nothing(old, text, words):
    with_bundle(old, **{"assets.yml": text})
    assert old.said(*words)
    assert not (old.folder / "here").exists()


@pytest.mark.parametrize(
    "text",
    [
        "{% assets " * 20_000,
        "{% compress css %}" * 20_000,
        "{% compress css %}<link " + "a=' " * 50_000 + "{% endcompress %}",
        "{% compress css %}" + "<script>" * 20_000 + "{% endcompress %}",
        "{% compress css %}" + "<!--" * 20_000 + "{% endcompress %}",
        "{% compress css %}" + "{% if x %}" * 20_000 + "{% endcompress %}",
        "{{ url_for(" * 20_000 + "}}",
        "{{ " + "url_for('static', filename='a.css') " * 5_000 + "}}",
        "{% comment %}" * 20_000,
        "{#" * 50_000,
        f"{{% assets {'(' * 1_900} %}}{{% endassets %}}",
        b"{% assets '\xff' %}{% endassets %}",
        "{% assets \0 %}{% endassets %}",
    ],
)
def test_a_template_takes_no_more_time_than_its_length(old, text):
    with_bundle(old, **{"templates/page.html": text})


SHADOWS = ("sass", "yaml", "brotli", "webassets", "rcssmin", "jinja2", "django", "tempfile", "flask", "flask_assets")


def test_nothing_of_the_project_is_imported_or_run(old):
    """Modules with the names of packages that the command itself imports, and code that says so when it runs."""
    run = f"import pathlib\npathlib.Path({str(old.folder / 'run')!r}).touch()\n"
    old.write({f"{name}.py": run for name in SHADOWS})
    old.write({f"src/{name}.py": run for name in SHADOWS})
    text = "from flask_static_digest import FlaskStaticDigest\nFLASK_STATIC_DIGEST_COMPRESSION = ['gzip', 'brotli']\n"
    old.write({**GOOD, "app.py": text + run, "x.yml": "x:\n  output: p.css\n  contents: a.css\n  filters: libsass\n"})
    program = shutil.which("pipeline", path=str(Path(sys.executable).parent))
    assert program
    done = subprocess.run(
        [program, "migrate"], cwd=old.folder, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert not (old.folder / "run").exists()
    assert "brotli" in (old.folder / "pipeline.toml").read_text()


def test_links_and_special_files_are_not_read(old):
    outside = old.folder.parent / "outside.py"
    outside.write_text(f"{ASSETS}env.register('y', 'a.css', output='outside.css')\n")
    (old.folder / "linked.py").symlink_to(outside)
    (old.folder / "loop").symlink_to(".")
    os.mkfifo(old.folder / "pipe.py")
    assert "outside.css" not in with_bundle(old).bundles


def test_a_file_that_may_not_be_read_is_named(old, monkeypatch):
    def refused(self: Path) -> bytes:
        if self.name == "other.py":
            raise PermissionError(13, "Permission denied")
        return read(self)

    read = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", refused)
    assert with_bundle(old, **{"other.py": "webassets"}).said("other.py", "cannot be read: Permission denied")


def test_a_folder_with_very_many_files_is_refused(old, monkeypatch):
    monkeypatch.setattr("pipeline.migrating._reading.project.MOST", 3)
    old.write({f"{number}.txt": "" for number in range(4)})
    with pytest.raises(SourceError, match="has more than 3 files"):
        old.migrate()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may list every folder")
def test_a_folder_that_may_not_be_listed_is_named(old):
    old.write({"closed/x.py": ""})
    (old.folder / "closed").chmod(0)
    assert with_bundle(old).said("closed", "cannot be listed")


CHAIN = "b0 = Bundle('a.css')\n" + "".join(f"b{index + 1} = Bundle(b{index})\n" for index in range(5_000))


def test_bundles_that_are_nested_too_deeply_are_refused(old):
    old.write({**GOOD, "other.py": f"from webassets import Bundle\n{CHAIN}b = Bundle(b5000, output='p.css')\n"})
    with pytest.raises(ConfigError, match="nested too deeply"):
        old.migrate()


def test_more_files_than_can_be_are_left_out_with_a_word(old, monkeypatch):
    monkeypatch.setattr("pipeline.migrating._outputs.MOST", 3)
    text = "".join(f"Bundle('a.css', 'a.css', output='o{index}.css')\n" for index in range(3))
    with_bundle(old, **{"other.py": f"from webassets import Bundle\n{text}"})
    assert old.said("other.py:4", "more than 3 files")


LONG = "x" * 5_000


@pytest.mark.parametrize(
    "text",
    [
        f"env.register('y', '{LONG}.css', '*{LONG}', output='{LONG}')",
        f"env.load_path = ['{LONG}']",
        f"Flask(__name__, static_folder='{LONG}')",
        "Flask(__name__, static_folder='\\udcff\\0')",
        f"FLASK_STATIC_DIGEST_BLACKLIST_FILTER = ['.[', '\\udcff', '{LONG}', 1]\nimport flask_static_digest",
        "CDN_DOMAIN = '\\udcff['\nimport flask_cdn",
        "CDN_DOMAIN = '[x'\nimport flask_cdn",
        "env.register('y', 'a.css', output='[z-a]%(version)s{.css', filters='\\0')",
        f"STATICFILES_DIRS = ['{LONG}', 1, ('a', 'b', 'c'), ('../x', 'static')]\nPIPELINE = {{'STYLESHEETS': {{}}}}",
        f"INSTALLED_APPS = ['{LONG}', '..', 'a..b', 'pipeline']\nPIPELINE = {{'STYLESHEETS': 1, 'COMPILERS': 1}}",
        "COMPRESS_PRECOMPILERS = [(), ('a',), 1]\nCOMPRESS_FILTERS = 1\nCOMPRESS_CSS_FILTERS = 1\nCOMPRESS_URL = 1",
        "CDN_DOMAIN = 'x'\nCDN_ENDPOINTS = 1\nCDN_HTTPS = []\nimport flask_cdn",
    ],
)
def test_values_that_cannot_be_are_no_traceback(old, text):
    old.write({**GOOD, "other.py": f"{ASSETS}{text}\n"})
    old.migrate()
    assert old.values["sources"]


def test_a_static_folder_whose_name_is_no_unicode_is_left_out(old):
    os.makedirs(os.path.join(os.fsencode(old.folder), b"caf\xe9"))
    text = f"{ASSETS}Flask(__name__, static_folder='caf\\udce9')\n"
    assert with_bundle(old, **{"other.py": text}).values["sources"] == ["static"]


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(SourceError, match="is no folder"):
        Project(tmp_path / "none")


def test_a_project_without_any_of_the_tools_is_refused(old):
    old.write({"static/a.css": "a {}", "app.py": "from flask import Flask\napp = Flask(__name__)\n"})
    with pytest.raises(ConfigError, match=r"nothing of Flask-Static-Digest, .* was found"):
        old.migrate()


def test_names_that_toml_must_quote_are_read_back_as_they_are(old):
    name = 'a "b" c#.css'
    old.write(
        {**GOOD, f"static/{name}": "x {}", "other.py": f"{ASSETS}env.register('y', {name!r}, output='ü [1].css')\n"}
    )
    old.migrate()
    assert old.files()["ü [1].css"] == [f"static/{name}"]


def test_a_project_in_a_folder_with_strange_names_is_migrated(tmp_path):
    old = Old(tmp_path / 'it\'s [a] "site" # 1')
    assert old.write(GOOD).migrate().files() == {"o.css": ["static/a.css"]}


SETTINGS = (
    *("FLASK_STATIC_DIGEST_HOST_URL", "FLASK_STATIC_DIGEST_COMPRESSION", "FLASK_STATIC_DIGEST_BLACKLIST_FILTER"),
    *("CDN_DOMAIN", "CDN_HTTPS", "CDN_ENDPOINTS", "ASSETS_URL", "ASSETS_DIRECTORY", "ASSETS_LOAD_PATH", "LESS_PATHS"),
    *("PIPELINE", "PIPELINE_CSS", "PIPELINE_JS", "PIPELINE_COMPILERS", "STATICFILES_DIRS", "STATIC_URL", "STATIC_ROOT"),
    *("INSTALLED_APPS", "STORAGES", "STATICFILES_STORAGE", "STATICFILES_FINDERS", "MIDDLEWARE", "TEMPLATES"),
    *("COMPRESS_FILTERS", "COMPRESS_CSS_FILTERS", "COMPRESS_PRECOMPILERS", "COMPRESS_OUTPUT_DIR", "COMPRESS_URL"),
)
WORDS = [
    "static",
    "a.css",
    "*.css",
    "../x",
    "/etc",
    "",
    "x.scss",
    "x.jst",
    "[",
    "gzip",
    "http://x",
    "\0",
    "pipeline",
    "ü",
]
KEYS = ["STYLESHEETS", "JAVASCRIPT", "source_filenames", "output_filename", "css", "all", "staticfiles", "BACKEND", "x"]
SCALARS = st.sampled_from(WORDS) | st.none() | st.booleans() | st.integers(-3, 3)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=3),
    max_leaves=12,
)
CALLS = (
    "Bundle({0!r}, {1!r}, output={2!r}, filters={3!r})",
    "env.register({0!r}, {1!r}, output={2!r}, filters={3!r})",
    "Flask(__name__, {0!r}, {1!r})",
    "Blueprint({0!r}, __name__, static_folder={1!r})",
    "env.load_path = {0!r}",
)
PAGE = "{{% assets {0!r}, output={1!r} %}}{{% endassets %}}{{% stylesheet {0!r} %}}{{% compress css {0!r} %}}\
<link rel=stylesheet href={1!r} type={2!r}>{{% endcompress %}}{{{{ url_for({0!r}, filename={1!r}) }}}}"


@settings(max_examples=100, deadline=None)
@given(
    st.dictionaries(st.sampled_from(SETTINGS), ANYTHING, max_size=8),
    st.lists(st.tuples(st.sampled_from(CALLS), st.tuples(*[ANYTHING] * 4)), max_size=4),
    st.tuples(SCALARS, SCALARS, SCALARS),
)
def test_whatever_settings_say_what_is_written_can_be_built(given_settings, calls, page):
    text = "".join(f"{name} = {value!r}\n" for name, value in given_settings.items())
    text += "import flask_cdn, flask_static_digest\nfrom flask import Blueprint\n"
    text += "".join(f"{call.format(*values)}\n" for call, values in calls)
    with tempfile.TemporaryDirectory() as folder:
        old = Old(Path(folder) / "project").write({**GOOD, "other.py": f"{ASSETS}{text}", "t.html": PAGE.format(*page)})
        migrated = migrate(old.folder, old.folder / "pipeline.toml")
    assert tomllib.loads(migrated.text)["sources"]
    assert not [each for each in migrated.left if each.severity == "error"]
