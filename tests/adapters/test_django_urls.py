"""URLs of the release in Django: ``{% static %}``, ``static()``, ``Media``, tags, both template engines."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.forms import Form, Media
from django.templatetags.static import static
from django.test import RequestFactory

from pipeline.adapters.django.current import NoRelease, assets
from pipeline.adapters.django.media import Asset
from pipeline.errors import ManifestError
from tests.adapters.django_inside import Inside, rendered

FILES = {
    "css/site.css": "@font-face{src:url(../font.woff2)}",
    "js/app.js": "a()",
    "js/main.mjs": "import './part.mjs'",
    "js/part.mjs": "b()",
    "font.woff2": "font",
    "a & b.svg": '<svg xmlns="http://www.w3.org/2000/svg"/>',
}
CDN = "https://cdn.example.com/s/"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    project = Inside(tmp_path_factory.mktemp("django") / "project")
    with project.configured():
        project.write(FILES)
        project.collect()
        yield project


@pytest.fixture(scope="module")
def url(site):
    manifest = site.manifest()
    return lambda path: f"/static/{manifest[path].url}"


def test_static_gives_the_url_of_the_release_in_templates_and_in_python(site, url):
    expected = url("css/site.css")
    assert re.fullmatch(r"/static/css/site\.[0-9a-f]{16}\.css", expected)
    assert rendered("{% load static %}{% static 'css/site.css' %}") == expected
    assert static("css/site.css") == staticfiles_storage.url("css/site.css") == expected
    assert rendered("{{ static('css/site.css') }}", "jinja2") == expected
    assert (site.root / staticfiles_storage.stored_name("css/site.css")).read_bytes()


def test_form_media_has_the_urls_of_the_release(site, url):
    class Chosen(Form):
        class Media:
            css = {"all": ["css/site.css"]}  # noqa: RUF012  (as Django has it)
            js = ["js/app.js", "https://elsewhere.example/x.js"]  # noqa: RUF012  (as above)

    shown = str(Chosen().media)
    assert f'href="{url("css/site.css")}"' in shown
    assert f'src="{url("js/app.js")}"' in shown
    assert 'src="https://elsewhere.example/x.js"' in shown


def test_an_asset_in_media_brings_its_attributes_and_takes_those_of_django(site, url):
    media = Media(css={"all": [Asset("css/site.css", integrity=True)]}, js=[Asset("js/app.js", defer=True)])
    media += Media(js=[Asset("js/app.js", defer=True), "js/main.mjs"])
    shown = str(media)
    assert f'<script src="{url("js/app.js")}" defer></script>' in shown
    assert shown.count("js/app") == 1
    assert f'integrity="{site.manifest()["css/site.css"].integrity}"' in shown
    assert Asset("js/app.js") == "js/app.js" != Asset("js/main.mjs")
    assert 'nonce="n"' in Asset("js/app.js").render(attrs={"nonce": "n"})
    assert "nonce" not in Asset("js/app.js").render(attrs={"nonce": None})


def test_from_another_origin_an_asset_in_media_has_integrity(site):
    with site.configured(STATIC_URL=CDN):
        shown = str(Media(js=[Asset("js/app.js")]))
    entry = site.manifest()["js/app.js"]
    assert shown == f'<script src="{CDN}{entry.url}" integrity="{entry.integrity}" crossorigin="anonymous"></script>'


@pytest.mark.parametrize("name", ["css/site.css#top", "css/site.css?x=1", "css/site.css?#iefix"])
def test_a_query_or_fragment_stays(url, name):
    assert static(name) == url("css/site.css") + name.removeprefix("css/site.css")


def test_with_the_style_query_a_query_is_joined_to_the_version(inside):
    inside.write(FILES)
    inside.write({"pipeline.toml": '[naming]\nstyle = "query"'}, below="")
    inside.collect()
    assert re.fullmatch(r"/static/css/site\.css\?v=[0-9a-f]{16}&x=1", static("css/site.css?x=1"))
    assert re.fullmatch(r"/static/css/site\.css\?v=[0-9a-f]{16}#iefix", static("css/site.css?#iefix"))


@pytest.mark.parametrize(("name", "expected"), [("", "/static/"), ("img/", "/static/img/"), ("ä/", "/static/%C3%A4/")])
def test_a_folder_is_where_it_would_be(site, name, expected):
    assert static(name) == expected


@pytest.mark.parametrize("name", ["css/sit.css", "/css/site.css", "css/sit.css?x", "../settings.py", "css\\site.css"])
def test_an_unknown_name_fails_with_the_nearest_as_value_error_too(site, name):
    with pytest.raises(ManifestError, match=r"no asset .*did you mean|no asset .*settings"):
        static(name)
    with pytest.raises(ValueError, match="no asset"):
        static(name)


TAGS = [
    ("asset_url", "{% asset_url 'css/site.css' %}", "{{ asset_url('css/site.css') }}"),
    ("asset_integrity", "{% asset_integrity 'js/app.js' %}", "{{ asset_integrity('js/app.js') }}"),
    (
        "asset_tag",
        "{% asset_tag 'js/app.js' defer=True data_x='\"' %}",
        "{{ asset_tag('js/app.js', defer=True, data_x='\"') }}",
    ),
    ("asset_tags", "{% asset_tags 'css/site.css' 'js/main.mjs' %}", "{{ asset_tags('css/site.css', 'js/main.mjs') }}"),
    (
        "preload_tags",
        "{% preload_tags 'css/site.css' 'js/main.mjs' %}",
        "{{ preload_tags('css/site.css', 'js/main.mjs') }}",
    ),
]


@pytest.mark.parametrize(("function", "django", "jinja"), TAGS)
def test_the_tags_are_the_same_in_both_engines_and_are_not_escaped_again(site, url, function, django, jinja):
    shown = rendered("{% load pipeline %}" + django)
    assert shown == rendered(jinja, "jinja2")
    expected = {
        "asset_url": url("css/site.css"),
        "asset_integrity": site.manifest()["js/app.js"].integrity,
        "asset_tag": f'<script src="{url("js/app.js")}" defer data-x="&quot;"></script>',
        "asset_tags": f'<link rel="stylesheet" href="{url("css/site.css")}">\n'
        f'<script type="module" src="{url("js/main.mjs")}"></script>',
        "preload_tags": f'<link rel="preload" href="{url("font.woff2")}" as="font" type="font/woff2" '
        f'crossorigin="anonymous">\n<link rel="modulepreload" href="{url("js/part.mjs")}">',
    }
    assert shown == expected[function]


def test_a_tag_can_be_stored_and_escapes_where_the_template_does(site):
    shown = rendered("{% load pipeline %}{% asset_url 'a & b.svg' as mark %}<img src='{{ mark }}'>")
    assert shown == f"<img src='/static/{site.manifest()['a & b.svg'].url}'>"
    assert "async" in rendered("{% load pipeline %}{% asset_tag 'js/app.js' async=True %}")


def test_an_import_map_stands_in_a_page_with_the_nonce(inside):
    inside.write(FILES)
    inside.write({"pipeline.toml": 'modules = "importmap"'}, below="")
    inside.collect()
    shown = rendered("{% load pipeline %}{% import_map nonce='abc' %}")
    assert shown == rendered("{{ import_map('abc') }}", "jinja2")
    assert shown.startswith('<script type="importmap" nonce="abc">{"imports": ')


WITH_NONCE = (
    "{% load pipeline %}{% asset_tag 'js/app.js' %}{% asset_tags 'css/site.css' %}{% preload_tags 'js/main.mjs' %}"
)


@pytest.mark.parametrize("name", ["csp_nonce", "CSP_NONCE"])
def test_tags_take_the_nonce_from_the_context(site, name):
    assert rendered(WITH_NONCE, **{name: "abc"}).count('nonce="abc"') == 3


@pytest.mark.parametrize("name", ["_csp_nonce", "csp_nonce"])
def test_tags_take_the_nonce_from_the_request(site, name):
    request = RequestFactory().get("/")
    setattr(request, name, "abc")
    assert rendered(WITH_NONCE, request=request).count('nonce="abc"') == 3


def test_a_nonce_that_is_given_wins_and_without_one_there_is_none(site):
    tag = "{% load pipeline %}{% asset_tag 'js/app.js' nonce=mine %}"
    assert 'nonce="b"' in rendered(tag, csp_nonce="a", mine="b")
    assert "nonce" not in rendered(tag, csp_nonce="a", mine="")
    assert "nonce" not in rendered(WITH_NONCE)


def test_a_nonce_that_is_made_when_it_is_needed_is_false_before(site):
    class Lazy:
        def __bool__(self):
            return False

        def __str__(self):
            return "abc"

    assert rendered(WITH_NONCE, csp_nonce=Lazy()).count('nonce="abc"') == 3


def test_the_nonce_of_django_6_is_made_when_a_tag_needs_it(site):
    csp = pytest.importorskip("django.utils.csp")
    request = SimpleNamespace(_csp_nonce=csp.LazyNonce(), META={})
    shown = rendered("{% load pipeline %}{% asset_tag 'js/app.js' %}", request=request)
    assert bool(request._csp_nonce)
    assert f'nonce="{request._csp_nonce}"' in shown


def test_the_context_processor_gives_the_assets_to_both_engines(site, url):
    request = RequestFactory().get("/")
    assert rendered("{{ ASSETS.url('js/app.js') }}", "jinja2", request) == url("js/app.js")
    assert rendered("{{ ASSETS.base_url }}", request=request) == "/static/"


def test_in_production_without_a_release_first_use_says_which_command_to_run(inside):
    with pytest.raises(NoRelease, match=r"no release yet; run `python manage.py collectstatic`"):
        static("css/site.css")
    with inside.configured(STATIC_ROOT=None), pytest.raises(NoRelease, match="set STATIC_ROOT"):
        static("css/site.css")


def test_a_damaged_manifest_is_said_to_be_one(inside):
    inside.write({"manifest.json": '{"version": 1, "assets": {'}, below="public")
    with inside.configured(DEBUG=True), pytest.raises(ManifestError, match="is not a manifest"):
        static("css/site.css")


def test_the_manifest_is_read_once_however_often_it_is_asked(site):
    static("css/site.css")
    assert assets() is assets()
