"""Jinja: sync and async environments, autoescape on and off, functions and filters."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from jinja2 import DictLoader, Environment, FileSystemBytecodeCache, StrictUndefined
from markupsafe import Markup

from pipeline.adapters.jinja import AssetsExtension, install
from pipeline.errors import ConfigError, ManifestError
from pipeline.runtime import Assets
from tests.sites import Site

NAMES = ["asset_url", "asset_tag", "asset_tags", "asset_integrity", "import_map", "preload_tags", "live_reload"]


@pytest.fixture
def assets(site: Site) -> Assets:
    site.write({"a.css": "@import 'b.css'", "b.css": "b{}", "js/a.js": "import './b.js'", "js/b.js": ""})
    site.publish(modules="importmap")
    return Assets.load(site.output / "manifest.json", "https://cdn.example/s/")


ENVIRONMENTS = [{"autoescape": True}, {"autoescape": False}, {"autoescape": True, "enable_async": True}]


def shown(assets: Assets, source: str, options: Mapping[str, Any] = ENVIRONMENTS[0], **context: object) -> str:
    environment = Environment(undefined=StrictUndefined, **options)
    install(environment, assets)
    template = environment.from_string(source)
    return asyncio.run(template.render_async(**context)) if environment.is_async else template.render(**context)


@pytest.mark.parametrize("options", ENVIRONMENTS)
@pytest.mark.parametrize(
    ("source", "method", "paths"),
    [
        ("{{ asset_url('a.css') }}", Assets.url, ["a.css"]),
        ("{{ 'a.css' | asset_url }}", Assets.url, ["a.css"]),
        ("{{ asset_integrity('a.css') }}", Assets.integrity, ["a.css"]),
        ("{{ 'a.css' | asset_integrity }}", Assets.integrity, ["a.css"]),
        ("{{ asset_tag('a.css') }}", Assets.tag, ["a.css"]),
        ("{{ 'a.css' | asset_tag }}", Assets.tag, ["a.css"]),
        ("{{ asset_tags('a.css', 'js/a.js') }}", Assets.tags, ["a.css", "js/a.js"]),
        ("{{ ['a.css', 'js/a.js'] | asset_tags }}", Assets.tags, ["a.css", "js/a.js"]),
        ("{{ preload_tags('a.css', 'js/a.js') }}", Assets.preload_tags, ["a.css", "js/a.js"]),
        ("{{ ['a.css', 'js/a.js'] | preload_tags }}", Assets.preload_tags, ["a.css", "js/a.js"]),
        ("{{ 'a.css' | preload_tags }}", Assets.preload_tags, ["a.css"]),
        ("{{ import_map('n') }}", Assets.import_map, ["n"]),
        ("{{ 'n' | import_map }}", Assets.import_map, ["n"]),
    ],
)
def test_a_template_shows_what_the_assets_say(assets, source, method, paths, options):
    wanted = method(assets, *paths)
    assert wanted
    assert shown(assets, source, options) == wanted


def test_attributes_and_the_nonce_come_from_the_template(assets):
    source = "{{ asset_tag('js/a.js', nonce=nonce, module=true, defer=false, data_x=x, **{'data-y': 1}) }}"
    assert shown(assets, source, nonce="n", x='"<') == assets.tag(
        "js/a.js", nonce="n", module=True, data_x='"<', data_y=1
    )
    assert 'nonce="n"' in shown(assets, "{{ preload_tags('a.css', nonce='n') }}")


def test_what_is_markup_stays_markup_in_the_template(assets):
    source = "{% set both = asset_tag('a.css') ~ '<b>' %}{{ both }}"
    assert shown(assets, source) == assets.tag("a.css") + "&lt;b&gt;"
    functions: dict[str, Any] = {}
    environment = Environment(autoescape=True)
    install(environment, assets)
    functions.update(environment.globals)
    for name in set(NAMES) - {"asset_url", "asset_integrity"}:
        argument = "n" if name == "import_map" else "a.css"
        assert isinstance(functions[name](argument), Markup), name


def test_a_url_is_escaped_by_the_template(site, assets):
    assets = Assets.load(site.output / "manifest.json", "https://cdn.example/?a=1&b=")
    assert shown(assets, "{{ asset_url('a.css') }}").startswith("https://cdn.example/?a=1&amp;b=")


def test_an_unknown_name_fails_with_the_nearest(assets):
    with pytest.raises(ManifestError, match=r"no asset 'aa.css' in the manifest; did you mean 'a.css'\?"):
        shown(assets, "{{ asset_url('aa.css') }}")


@pytest.mark.parametrize("source", ["{{ asset_url('a.css') }}", "{{ 'a.css' | asset_url }}"])
def test_compiled_templates_that_outlive_a_release_show_the_new_one(site, assets, tmp_path: Path, source):
    def show() -> str:
        cache = FileSystemBytecodeCache(str(tmp_path), "%s.cache")
        environment = Environment(autoescape=True, loader=DictLoader({"page": source}), bytecode_cache=cache)
        install(environment, Assets.load(site.output / "manifest.json", "/s/"))
        return environment.get_template("page").render()

    before = show()
    assert [*tmp_path.glob("*.cache")]
    site.write({"b.css": "c{}"})
    site.publish()
    assert before != show() == f"/s/{site.manifest['a.css'].url}"


def test_a_changed_manifest_is_shown_after_a_refresh(site, assets):
    assets = Assets.load(site.output / "manifest.json", "/s/", reload=True)
    environment = Environment(autoescape=True)
    install(environment, assets)
    template = environment.from_string("{{ 'a.css' | asset_url }}")
    before = template.render()
    site.write({"b.css": "c{}"})
    site.publish()
    assert template.render() == before
    assets.refresh()
    assert template.render() == f"/s/{site.manifest['a.css'].url}" != before


def test_the_extension_can_be_named_and_gets_the_assets_later(assets):
    environment = Environment(extensions=["pipeline.adapters.jinja.AssetsExtension"], autoescape=True)
    template = environment.from_string("{{ asset_url('a.css') }}")
    with pytest.raises(ConfigError, match=r"the Jinja environment has no assets; set environment.pipeline_assets = "):
        template.render()
    environment.pipeline_assets = assets  # type: ignore[attr-defined]
    assert template.render() == assets.url("a.css")
    assert environment.overlay(autoescape=False).from_string("{{ 'a.css' | asset_url }}").render() == template.render()


def test_two_environments_have_assets_of_their_own(site, assets):
    first, second = Environment(autoescape=True), Environment(autoescape=True)
    install(first, assets)
    install(second, Assets.load(site.output / "manifest.json", "/other/"))
    assert first.from_string("{{ asset_url('a.css') }}").render() == assets.url("a.css")
    assert second.from_string("{{ asset_url('a.css') }}").render().startswith("/other/")


def test_every_function_is_a_filter_of_its_name_too(assets):
    environment = Environment(autoescape=True)
    before = {*environment.globals}, {*environment.filters}
    install(environment, assets)
    assert {*environment.globals} - before[0] == {*environment.filters} - before[1] == {*NAMES}
    assert AssetsExtension.identifier in environment.extensions


URL = "http://127.0.0.1:4000/aBc-_9/reload.js"
HOSTILE = [
    "",
    "http://127.0.0.1:1/x/reload.js ",
    'http://127.0.0.1:1/"onload=x/reload.js',
    "https://example.com/reload.js",
    "é",
]


def test_pages_load_the_script_of_the_watch_that_runs(assets: Assets, site: Site) -> None:
    release = site.output / "manifest.json"
    watching = site.output / ".pipeline/reload"
    watching.write_text(URL)
    assert shown(assets, "{{ live_reload() }}") == ""
    assets = Assets.load(release, reload=True)
    element = f'<script type="module" src="{URL}" nonce="n"></script>'
    assert shown(assets, "{{ live_reload('n') }}") == shown(assets, "{{ 'n'|live_reload }}") == element
    watching.unlink()
    assert shown(assets, "{{ live_reload('n') }}") == ""


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_no_url_of_a_watch_is_not_loaded(assets: Assets, site: Site, text: str) -> None:
    (site.output / ".pipeline/reload").write_text(text)
    assert Assets.load(site.output / "manifest.json", reload=True).live_reload() == ""
