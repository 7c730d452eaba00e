"""django-pipeline and django-compressor: their settings, groups, tags, and Django's static folders."""

from __future__ import annotations

from typing import Any

import pytest

from tests.migrating.old import Old

HEAD = """
from pathlib import Path
BASE_DIR = Path(__file__).resolve().parent.parent
INSTALLED_APPS = ["django.contrib.staticfiles", "shop.apps.ShopConfig", "pipeline"]
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "assets", ("lib", BASE_DIR / "vendor"), "/etc", BASE_DIR / "none"]
STATIC_ROOT = BASE_DIR / "public"
"""
FILES = {
    "shop/__init__.py": "",
    "shop/static/shop/a.css": "a {}",
    "shop/static/shop/a.js": "var a;\n",
    "assets/b.css": "b {}",
    "assets/b.js": "var b;\n",
    "assets/c.scss": "$c: red; c { color: $c }",
    "vendor/d.js": "var d;\n",
    "site/__init__.py": "",
}


def pipeline(old: Old, options: str, **more: str) -> Old:
    return old.write({**FILES, "site/settings.py": f"{HEAD}PIPELINE = {options}", **more}).migrate()


def group(*sources: str, output: str = "all.css", kind: str = "STYLESHEETS", **more: Any) -> str:
    return repr(
        {kind: {"all": {"source_filenames": sources, "output_filename": output, **more}}, "CSS_COMPRESSOR": None}
    )


def test_the_static_folders_of_django_are_sources_in_the_order_of_its_finders(old):
    pipeline(old, group("b.css"))
    assert old.values["sources"] == ["assets", {"path": "vendor", "prefix": "lib"}, "shop/static"]
    assert old.values["base_url"] == "/static/"
    assert old.values["output"] == "public"
    assert old.values["naming"] == {"pattern": "{stem}.{fingerprint}{suffix}"}
    assert old.said("site/settings.py:6", "'/etc'", "leads out of the project")
    assert old.said("site/settings.py:6", "'none'", "is not there")
    assert old.said("site/settings.py:4", "no sources: django.contrib.staticfiles, pipeline")


@pytest.mark.parametrize(
    ("sources", "expected"),
    [
        (["b.css", "shop/a.css"], ["b.css", "shop/a.css"]),
        (["*.css", "shop/*.css"], ["*.css", "shop/*.css"]),
        (["*/*.css"], ["*/*.css"]),
        (["**/*.css"], ["shop/a.css"]),
        (["b.css", "missing.css"], ["b.css"]),
    ],
)
def test_a_group_has_the_same_files_in_the_same_order(old, sources, expected):
    pipeline(old, group(*sources))
    assert old.bundles == {"all.css": {"sources": expected, "steps": ["concat"]}}


@pytest.mark.parametrize(
    ("compressor", "steps"),
    [
        ("None", ["concat"]),
        ("''", ["concat"]),
        ("'pipeline.compressors.NoopCompressor'", ["concat"]),
        ("'pipeline.compressors.jsmin.JSMinCompressor'", None),
        ("'pipeline.compressors.terser.TerserCompressor'", None),
    ],
)
def test_compressors_become_the_step_that_minifies(old, compressor, steps):
    text = f"{group('b.js', 'lib/d.js', output='all.js', kind='JAVASCRIPT')} | {{'JS_COMPRESSOR': {compressor}}}"
    pipeline(old, text)
    sources = ["b.js", "lib/d.js"]
    assert old.bundles == {"all.js": {"sources": sources, "steps": steps} if steps else sources}
    assert bool(old.said("became the step `minify`")) == ("terser" in compressor)


def test_what_is_compiled_and_what_is_not_are_joined_in_their_order(old):
    pipeline(old, group("b.css", "c.scss", "shop/a.css"))
    assert old.files()["all.css"] == ["assets/b.css", "assets/c.scss", "shop/static/shop/a.css"]
    assert old.bundles["all.2.css"] == {"sources": ["c.scss"], "steps": ["sass", "concat"]}
    text = old.build().files()[old.build().manifest["all.css"].file].read().decode()
    assert text.index("b {}") < text.index("color: red") < text.index("a {}")


@pytest.mark.parametrize(
    ("suffix", "step"),
    [
        (".less", "less"),
        (".coffee", {"use": "webassets", "filter": "coffeescript"}),
        (".styl", {"use": "webassets", "filter": "stylus"}),
        (".ts", "typescript"),
    ],
)
def test_compilers_become_steps_by_the_suffix(old, suffix, step):
    pipeline(old, group(f"x{suffix}"), **{f"assets/x{suffix}": "x"})
    assert old.bundles["all.css"]["steps"] == [step, "concat"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ("{'variant': 'datauri'}", ["'variant' of the group 'all'"]),
        ("{'template_name': 'x.html'}", ["'template_name'"]),
        ("{'compiler_options': {}}", ["'compiler_options'"]),
    ],
)
def test_a_key_of_a_group_that_has_no_equivalent_is_in_the_list(old, options, words):
    table = (
        f"{{'STYLESHEETS': {{'all': {{'source_filenames': ('b.css',), 'output_filename': 'all.css', **{options}}}}}}}"
    )
    pipeline(old, table)
    assert old.said("site/settings.py:8", *words, "has no equivalent")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ("{'PIPELINE_ENABLED': True}", ["PIPELINE_ENABLED", "pipeline watch"]),
        ("{'SHOW_ERRORS_INLINE': True}", ["--reload"]),
        ("{'EMBED_PATH': 'x'}", ["nothing is embedded"]),
        ("{'JS_WRAPPER': '%s'}", ["JS_WRAPPER"]),
        ("{'COMPILERS': ['own.Compiler']}", ["'own.Compiler' is of your own"]),
        ("{'SASS_ARGUMENTS': '-x'}", ["SASS_ARGUMENTS"]),
    ],
)
def test_an_option_that_has_no_equivalent_is_in_the_list(old, options, words):
    pipeline(old, f"{group('b.css')} | {options}")
    assert old.said("site/settings.py:8", *words)


@pytest.mark.parametrize("disabled", [True, False])
def test_scripts_that_are_no_longer_wrapped_are_in_the_list(old, disabled):
    pipeline(old, f"{group('b.js', output='all.js', kind='JAVASCRIPT')} | {{'DISABLE_WRAPPER': {disabled}}}")
    assert bool(old.said("no longer wrapped in a function")) != disabled


def test_settings_of_older_versions_by_their_own_names(old):
    settings = (
        "PIPELINE_CSS = {'all': {'source_filenames': ['b.css'], 'output_filename': 'all.r?.css'}}\n"
        "PIPELINE_CSS_COMPRESSOR = None\nPIPELINE_ENABLED = True\n"
    )
    old.write({**FILES, "site/settings.py": HEAD + settings}).migrate()
    assert old.bundles == {"all.r?.css": {"sources": ["b.css"], "steps": ["concat"]}}


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("{'STYLESHEETS': {'all': compute()}}", []),
        (
            "{'STYLESHEETS': {'all': {'source_filenames': compute(), 'output_filename': 'x'}}}",
            ["group 'all' are computed"],
        ),
        (
            "{'STYLESHEETS': {'all': {'source_filenames': [compute()], 'output_filename': 'x'}}}",
            ["a file of the group"],
        ),
        (
            "{'STYLESHEETS': {'all': {'source_filenames': ['b.css'], 'output_filename': '../x'}}}",
            ["'../x'", "left out"],
        ),
        ("compute()", ["PIPELINE is computed"]),
    ],
)
def test_what_is_computed_or_cannot_be_is_named(old, table, words):
    pipeline(old, table)
    assert old.said("site/settings.py:8", *words) or not words
    assert "bundles" not in old.values


@pytest.mark.parametrize(
    ("file", "tag", "written"),
    [
        ("x.html", "{% stylesheet 'all' %}", '{% asset_tag "all.css" media="print" %}'),
        ("x.jinja", "{% stylesheet 'all' %}", '{{ asset_tag("all.css", media="print") }}'),
        ("jinja2/x.html", '{% stylesheet "all" %}', '{{ asset_tag("all.css", media="print") }}'),
    ],
)
def test_tags_of_django_pipeline_are_listed_with_what_to_write_instead(old, file, tag, written):
    options = group("b.css", extra_context={"media": "print"})
    pipeline(
        old,
        options,
        **{f"templates/{file}": f"{{% load pipeline %}}\n{tag}\n{{% javascript 'none' %}}{{% stylesheet x %}}"},
    )
    assert old.said(f"templates/{file}:2", f"write {written}")
    assert old.said(f"templates/{file}:3", "there is no group 'none'")
    assert old.said(f"templates/{file}:3", "is computed")


def test_classes_of_django_pipeline_in_code_are_named(old):
    forms = (
        "from pipeline.forms import PipelineFormMedia  # PIPELINE\nclass Form:\n    class Media(PipelineFormMedia):\n"
    )
    pipeline(old, group("b.css"), **{"shop/forms.py": f"{forms}        x = 1\n"})
    assert old.said("shop/forms.py:3", "css_packages and js_packages are no more")


@pytest.mark.parametrize(
    "setting", ["STATICFILES_STORAGE = {0!r}", "STORAGES = {{'staticfiles': {{'BACKEND': {0!r}}}}}"]
)
def test_a_storage_that_makes_gzip_copies_becomes_the_compressor(old, setting):
    name = "pipeline.storage.GZIPPipelineStorage"
    old.write({**FILES, "site/settings.py": f"{HEAD}{setting.format(name)}\nPIPELINE = {group('b.css')}"}).migrate()
    assert old.values["compress"] == ["gzip"]
    assert old.said("site/settings.py:8", name, "pipeline.adapters.django.storage.PipelineStorage")


def compressor(old: Old, inner: str, settings: str = "", opening: str = "{% compress css %}") -> Old:
    page = f"{{% load compress static %}}\n{opening}\n{inner}\n{{% endcompress %}}\n"
    head = HEAD.replace("pipeline", "compressor")
    return old.write({**FILES, "site/settings.py": head + settings, "templates/page.html": page}).migrate()


LINKS = '<link rel="stylesheet" href="{% static \'b.css\' %}">\n<link rel=stylesheet href="/static/shop/a.css?v=1" />'


def test_a_tag_of_django_compressor_becomes_a_bundle(old):
    compressor(old, LINKS)
    assert old.bundles == {"CACHE/css/page.css": ["b.css", "shop/a.css"]}
    assert old.said("templates/page.html:2", "is to be replaced", '{% asset_tag "CACHE/css/page.css" %}')
    assert old.said("site/settings.py:4", "'compressor' becomes another app", "{% load pipeline %}")


@pytest.mark.parametrize(
    "link",
    [
        '<link rel="stylesheet" href="{% static "b.css" %}">',
        "<LINK rel='stylesheet' HREF='{{ STATIC_URL }}b.css'>",
        '<link rel="stylesheet" href="{{ STATIC_URL|safe }}b.css">',
        '<link rel="stylesheet" href="/static/b.css?x">',
        '<!-- <link rel="stylesheet" href="/static/no.css"> --><link href="/static/b.css" rel="stylesheet">',
        '{% comment %}<link href="{% static x %}">{% endcomment %}<link rel="stylesheet" href="/static/b.css">',
        '{% spaceless %}<link rel="stylesheet" href="{% static \'b.css\' %}">{% endspaceless %}',
    ],
)
def test_the_ways_in_which_an_element_names_a_file(old, link):
    compressor(old, link)
    assert old.bundles == {"CACHE/css/page.css": ["b.css"]}
    assert not old.said("templates/page.html", "cannot be told")


@pytest.mark.parametrize(
    ("opening", "path"),
    [
        ("{% compress css file base %}", "CACHE/css/base.css"),
        ('{% compress css file "../../x" %}', "CACHE/css/-x-.css"),
        ("{% compress css inline %}", "CACHE/css/page.css"),
        ("{% compress css preload %}", "CACHE/css/page.css"),
    ],
)
def test_the_name_of_a_tag_is_that_of_its_bundle(old, opening, path):
    compressor(old, LINKS, opening=opening)
    assert [*old.bundles] == [path]
    assert bool(old.said("templates/page.html:2", "is a file now")) == ("inline" in opening)
    assert bool(old.said("templates/page.html:2", "preload_tags")) == ("preload" in opening)


def test_elements_with_other_attributes_are_not_joined(old):
    compressor(old, f'{LINKS}\n<link rel="stylesheet" media="print" href="{{% static \'b.css\' %}}">')
    assert old.bundles == {"CACHE/css/page.css": ["b.css", "shop/a.css"], "CACHE/css/page-2.css": ["b.css"]}
    assert old.said("page.html:2", 'asset_tag "CACHE/css/page-2.css" media="print"')


def test_the_same_files_in_two_tags_are_one_bundle(old):
    tag = f"{{% compress css %}}{LINKS}{{% endcompress %}}"
    old.write({**FILES, "site/settings.py": HEAD.replace("pipeline", "compressor"), "templates/other.html": tag})
    compressor(old, LINKS)
    assert [*old.bundles] == ["CACHE/css/other.css"]


@pytest.mark.parametrize(
    ("inner", "line", "words"),
    [
        ("<style>a {}</style>", 3, ["stands in the page by itself", "file of its own"]),
        (
            "{% if x %}\n<link rel='stylesheet' href='/static/b.css'>{% endif %}",
            4,
            ["'b.css' is joined only sometimes"],
        ),
        ("{% for x in y %}<link rel='stylesheet' href='{% static x %}'>{% endfor %}", 3, ["cannot be told"]),
        ("{{ block.super }}", 3, ["what 'block.super' puts into this tag"]),
        ("{% include 'x.html' %}", 3, ["what 'include' puts into this tag"]),
        ("<link rel='stylesheet' href='https://other.example/x.css'>", 3, ["'https://other.example/x.css'"]),
    ],
)
def test_what_stands_in_a_tag_and_cannot_be_told_is_named(old, inner, line, words):
    compressor(old, inner)
    assert old.said(f"templates/page.html:{line}", *words)
    assert "bundles" not in old.values


def test_a_module_is_not_joined(old):
    compressor(old, '<script type="module" src="{% static \'b.js\' %}"></script>', opening="{% compress js %}")
    assert old.said("templates/page.html:3", "'b.js' is a module")


def test_scripts_with_defer_keep_it(old):
    inner = "<script src=\"{% static 'b.js' %}\" defer></script><script src=\"{% static 'shop/a.js' %}\"></script>"
    compressor(old, inner, opening="{% compress js %}")
    assert old.bundles == {"CACHE/js/page.js": ["b.js"], "CACHE/js/page-2.js": ["shop/a.js"]}
    assert old.said('{% asset_tag "CACHE/js/page.js" defer=True %} {% asset_tag "CACHE/js/page-2.js" %}')


@pytest.mark.parametrize(
    ("settings", "steps"),
    [
        ("", None),
        ("COMPRESS_FILTERS = {'css': []}", ["concat"]),
        ("COMPRESS_CSS_FILTERS = ['compressor.filters.css_default.CssAbsoluteFilter']", ["concat"]),
        ("COMPRESS_FILTERS = {'css': ['compressor.filters.cssmin.rCSSMinFilter']}", None),
        ("COMPRESS_CSS_FILTERS = ['compressor.filters.cleancss.CleanCSSFilter']", None),
        ("COMPRESS_CSS_FILTERS = ['compressor.filters.yuglify.YUglifyCSSFilter']", None),
    ],
)
def test_filters_of_django_compressor_become_steps(old, settings, steps):
    compressor(old, LINKS, settings)
    sources = ["b.css", "shop/a.css"]
    assert old.bundles == {"CACHE/css/page.css": {"sources": sources, "steps": steps} if steps else sources}


def test_a_filter_of_ones_own_is_named(old):
    compressor(old, LINKS, "COMPRESS_CSS_FILTERS = ['own.Filter']")
    assert old.said("site/settings.py:8", "'own.Filter' has no equivalent")


@pytest.mark.parametrize(
    "settings",
    [
        "",
        "COMPRESS_PRECOMPILERS = (('text/x-scss', 'django_libsass.SassCompiler'),)",
        "COMPRESS_PRECOMPILERS = (('text/x-scss', 'sass --scss {infile} {outfile}'),)",
        "COMPRESS_PRECOMPILERS = [('text/x-scss', '/usr/bin/sassc -t compressed {infile} {outfile}')]",
        "COMPRESS_PRECOMPILERS = compute()",
    ],
)
def test_precompilers_become_steps_by_the_type(old, settings):
    compressor(old, '<link rel="stylesheet" type="text/x-scss" href="{% static \'c.scss\' %}">', settings)
    assert old.bundles == {"CACHE/css/page.css": ["c.scss"]}  # Sass by the suffix
    assert b"color:red" in old.build().files()[old.build().manifest["CACHE/css/page.css"].file].read()


def test_a_precompiler_without_equivalent_leaves_its_file_out(old):
    settings = "COMPRESS_PRECOMPILERS = (('text/x-own', 'own.Compiler'),)"
    compressor(old, f'{LINKS}<link rel="stylesheet" type="text/x-own" href="/static/c.scss">', settings)
    assert old.bundles == {"CACHE/css/page.css": ["b.css", "shop/a.css"]}
    assert old.said("site/settings.py:8", "'c.scss' is left out", "'own.Compiler' has no equivalent")


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("COMPRESS_ENABLED = True", "pipeline watch"),
        ("COMPRESS_OFFLINE = True", "before the deploy"),
        ("COMPRESS_OFFLINE_CONTEXT = {}", "no template is rendered"),
        ("COMPRESS_PARSER = 'x'", "no page is parsed"),
        ("LIBSASS_CUSTOM_FUNCTIONS = {}", "URLs are rewritten"),
    ],
)
def test_a_setting_that_has_no_equivalent_is_in_the_list(old, setting, words):
    compressor(old, LINKS, setting)
    assert old.said("site/settings.py:8", setting.split(" ")[0], words)


@pytest.mark.parametrize(
    ("setting", "key", "expected"),
    [
        ("COMPRESS_URL = 'https://cdn.example.com/'", "base_url", "https://cdn.example.com/"),
        ("COMPRESS_STORAGE = 'compressor.storage.GzipCompressorFileStorage'", "compress", ["gzip"]),
        ("COMPRESS_STORAGE = 'compressor.storage.BrotliCompressorFileStorage'", "compress", ["brotli"]),
        ("COMPRESS_OUTPUT_DIR = 'made'", "bundles", {"made/css/page.css": ["b.css", "shop/a.css"]}),
        ("COMPRESS_OUTPUT_DIR = ''", "bundles", {"css/page.css": ["b.css", "shop/a.css"]}),
    ],
)
def test_a_setting_that_has_an_equivalent_is_taken_over(old, setting, key, expected):
    assert compressor(old, LINKS, setting).values[key] == expected


def test_settings_that_import_others_count_as_they_are_in_the_end(old):
    base = HEAD.replace("pipeline", "compressor").replace("parent.parent", "parent.parent.parent")
    old.write({"site/settings/__init__.py": "", "site/settings/base.py": base})
    production = (
        "from .base import *\nSTATIC_URL = 'https://cdn.example.com/s/'\nSTATICFILES_DIRS += [BASE_DIR / 'more']\n"
    )
    page = f"{{% compress css %}}{LINKS}{{% endcompress %}}"
    old.write({**FILES, "site/settings/production.py": production, "more/x.css": "x {}", "page.html": page}).migrate()
    assert old.values["base_url"] == "https://cdn.example.com/s/"
    assert "more" in old.values["sources"]
    assert "shop/static" in old.values["sources"]


def test_sass_that_no_bundle_takes_stays_as_it_is(old):
    """It may be a part of another without the name of one, and no stylesheet by itself."""
    more = {"assets/parts.scss": "a { color: $undefined }", "assets/_x.scss": "a { color: $undefined }"}
    old.write(more)
    compressor(old, '<link rel="stylesheet" type="text/x-scss" href="{% static \'c.scss\' %}">')
    assert old.values["compile"] is False
    assert old.bundles == {"CACHE/css/page.css": {"sources": ["c.scss"], "steps": ["sass", "concat", "minify"]}}
    assert old.said("published as they are, as before: parts.scss")
    assert "parts.scss" in old.build().manifest.entries


def test_a_glob_that_takes_parts_of_sass_is_written_out(old):
    old.write({"assets/_x.scss": "x { y: z }"})
    pipeline(old, group("*.scss"))
    assert old.bundles["all.css"] == {"sources": ["_x.scss", "c.scss"], "steps": ["sass", "concat"]}
