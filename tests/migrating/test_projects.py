"""Real projects, migrated and built: each bundle of the old tool is there, with the same files in the same order."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.migrating import real_tools
from tests.migrating.old import PROJECTS, Old
from tests.packages.pypi import wheel


def relative(old: Old, files: list[str]) -> list[str]:
    root = old.folder.resolve()
    return [Path(file).resolve().relative_to(root).as_posix() for file in files]


def as_declared(old: Old, bundles: list[Any]) -> dict[str, list[str]]:
    """What the old tool says, without versions in names."""
    return {output.replace("%(version)s_", "").replace(".?", ""): relative(old, files) for _, output, files in bundles}


def test_the_example_of_flask_assets(old):
    old.copy(PROJECTS / "Flask-Assets-2.1.0/example").migrate()
    assert old.values == {
        "sources": ["static"],
        "output": "build",
        "base_url": "/static/",
        "bundles": {"cached.css": ["style1.css", "style2.css"]},
    }
    assert old.files() == as_declared(old, real_tools.flask_assets(old.folder, "app"))
    assert {*old.build().manifest.entries} == {"cached.css"}
    assert old.said("app.py:7", "is needed no more", "pipeline.adapters.flask")
    assert old.said("templates/index.html:2", 'asset_tags("cached.css")')
    assert len(old.left) == 2


def test_the_example_of_webassets_in_python_has_no_files_and_says_so(old):
    old.copy(PROJECTS / "webassets-3.0.0/appengine").migrate()
    assert not old.values
    assert old.said("assets.py:5", "'static' is not there")
    assert old.said("assets.py:7", "'auto_build'", "an app never builds")
    assert old.said("assets.py:9", "'manifest'", "manifest.json")


def test_the_example_of_webassets_in_python_with_its_files(old):
    old.copy(PROJECTS / "webassets-3.0.0/appengine").write({"static/in.css": "a { color: red }\n"}).migrate()
    assert old.values["sources"] == ["static"]
    assert old.values["base_url"] == "/stylesheets/"
    assert old.bundles == {"out.css": ["in.css"]}
    assert b"a{color:red}" in old.build().files()[old.build().manifest["out.css"].file].read()


def test_the_example_of_webassets_in_yaml(old):
    old.copy(PROJECTS / "webassets-3.0.0/no-python").write({"media/in.clever": "a:\n    color: red\n"}).migrate()
    assert old.values["sources"] == ["media"]
    assert old.values["base_url"] == "/media/"
    assert old.bundles == {"out.css": {"sources": ["in.clever"], "steps": ["concat"]}}
    assert old.said("the filter 'clevercss' was left out", "needs Python 2", 'use "sass"')


def test_the_vendored_scripts_of_ckan(old):
    old.copy(wheel("ckan", "2.12.0") / "ckan/public/base/vendor").migrate()
    assert old.files() == as_declared(old, real_tools.webassets_yaml(old.folder))
    assert len(old.bundles) == 8
    assert old.bundles["vendor/jquery.js"] == ["jquery.js"]  # rjsmin
    assert old.bundles["vendor/select2.css"] == {"sources": ["select2/select2.css"], "steps": ["concat"]}  # cssrewrite
    assert not [path for path in old.build().manifest.entries if path.endswith((".yml", ".toml"))]


def test_the_test_project_of_django_pipeline(old):
    old.copy(PROJECTS / "django_pipeline-4.1.0").write({"tests/tests/__init__.py": ""}).migrate()
    assert old.values["sources"] == [{"path": "tests/assets", "prefix": "pipeline"}]
    assert old.values["output"] == "tests/static"
    assert old.values["base_url"] == "/static/"
    assert old.files() == as_declared(old, real_tools.django_pipeline(old.folder))
    assert old.bundles["screen.css"]["steps"] == ["concat"]  # no compressor
    release = old.build()
    screen = release.files()[release.manifest["screen.css"].file].read().decode()
    assert screen.index(".concat {") < screen.index(".concatenate {") < screen.index("@font-face")
    assert release.manifest["screen.css"].file.startswith("screen.")
    assert old.said("tests/settings.py", "'pipeline/templates/**/*.jst'", "JavaScript templates")
    assert old.said("tests/templates/index.html:6", '{% asset_tag "screen.css" %}')
    assert old.said("tests/templates/index.html:7", '{% asset_tag "scripts.js" %}')
    assert old.said("tests/settings.py:18", "'pipeline' becomes another app", "uninstall django-pipeline first")
    assert old.said("tests/settings.py:45", "pipeline.adapters.django.storage.PipelineStorage")
    assert old.said("tests/settings.py:49", "pipeline.finders.PipelineFinder")
    assert old.said("tests/settings.py:202", "pipeline.jinja2.PipelineExtension")


def test_the_groups_of_djblets_by_the_names_of_older_settings(old):
    old.copy(wheel("djblets", "6.1") / "djblets", "djblets").migrate()
    assert len(old.bundles) == 24
    gravy = old.files()["djblets/js/jquery.gravy.min.js"]
    assert gravy[0] == "djblets/static/djblets/js/jquery.gravy.util.js"
    assert len(gravy) == 8
    assert old.bundles["djblets/css/admin.min.css"] == {
        "sources": ["djblets/css/admin.less", "djblets/css/extensions.less"],
        "steps": ["less", "concat", "minify"],
    }
    assert old.said("configforms/config.html:44", '{% asset_tag "djblets/css/forms.min.css" %}')
    assert old.said("configforms/config.html:47", "the group of this tag is computed")


def test_the_test_app_of_flask_cdn(old):
    old.copy(PROJECTS / "Flask-CDN-1.5.3").migrate()
    assert old.values["base_url"] == "https://mycdnname.cloudfront.net/static/"
    assert old.said("tests/test_flask_cdn.py:89", "CDN_HTTPS is another one here", "test_flask_cdn.py:128")
    assert old.values["sources"] == ["tests/static"]
    assert "bah.js" in old.build().manifest.entries
    assert old.said("tests/test_flask_cdn.py", "import Pipeline as CDN")
    assert old.said("tests/test_flask_cdn.py:148", "static folder is computed")


def test_the_test_templates_of_django_compressor(old):
    old.copy(PROJECTS / "django_compressor-4.6.0")
    old.write({"compressor/tests/static/js/one.js": "var one;\n"}).migrate()  # the distribution lacks it
    assert old.values["sources"] == ["compressor/tests/static"]
    assert old.bundles == {"CACHE/js/test_compressor_offline.js": ["js/one.js"]}
    static = "test_static_templatetag/test_compressor_offline.html"
    assert old.said(f"{static}:4", "stands in the page by itself", "file of its own")
    assert old.said(f"{static}:3", '{% asset_tag "CACHE/js/test_compressor_offline.js" %}')
    assert old.said("test_complex/test_compressor_offline.html:8", "cannot be told")
    assert old.said("test_block_super/test_compressor_offline.html:6", "block.super")
    assert old.said("test_settings.py", "compressor.finders.CompressorFinder")


def test_the_site_of_mailman_with_its_two_archives(old):
    """Three packages and the settings of a fourth; the stylesheets are in Sass."""
    pinned = {"hyperkitty": "1.3.12", "django-mailman3": "1.3.15", "mailman-web": "0.0.9"}
    for name, version in pinned.items():
        package = name.replace("-", "_")
        old.copy(wheel(name, version) / package, package)
    old.migrate()
    assert old.values["sources"] == ["hyperkitty/static", "django_mailman3/static"]
    template = old.folder / "hyperkitty/templates/hyperkitty/base.html"
    roots = [old.folder / source for source in old.values["sources"]]
    joined = [relative(old, files) for _, _, files in real_tools.django_compressor(template, roots)]
    assert sorted(old.files().values()) == sorted(joined)
    assert sorted(old.files()) == [
        "CACHE/css/base-2.css",
        "CACHE/css/base-3.css",
        "CACHE/css/base.css",
        "CACHE/js/base.js",
    ]
    assert old.said("hyperkitty/base.html:18", 'asset_tag "CACHE/css/base.css" media="all"')
    release = old.build()
    sass = release.files()[release.manifest["CACHE/css/base-3.css"].file].read().decode()
    assert "{" in sass
    assert "$" not in sass
    assert old.said("jquery-ui-1.13.1.css", "lead nowhere")
    assert old.said("mailman_web/settings/mailman.py:122", "COMPRESS_OFFLINE")
