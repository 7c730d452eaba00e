"""What others read of a release: Django's own storage and WhiteNoise through ``staticfiles.json``."""

from __future__ import annotations

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.templatetags.static import static
from django.test import RequestFactory

from tests.adapters.django_inside import storages

DJANGOS = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"


@pytest.fixture
def site(inside):
    inside.write({"css/site.css": "a{}" * 200, "ä b.css": "b{}"})
    with inside.configured(PIPELINE={"STATICFILES_JSON": True}):
        inside.collect()
    return inside


def test_django_own_storage_reads_the_release(site):
    urls = {path: f"/static/{site.manifest()[path].url}" for path in ("css/site.css", "ä b.css")}
    with site.configured(STORAGES=storages(DJANGOS)):
        assert staticfiles_storage.manifest_hash
        assert {path: static(path) for path in urls} == {
            "css/site.css": urls["css/site.css"],
            "ä b.css": staticfiles_storage.base_url + staticfiles_storage.stored_name("ä b.css"),
        }


@pytest.mark.parametrize("style", ["rewrite", "query"])
def test_in_other_styles_django_own_storage_reads_what_it_can(site, style):
    site.write({"pipeline.toml": f'[naming]\nstyle = "{style}"'}, below="")
    with site.configured(PIPELINE={"STATICFILES_JSON": True}):
        site.collect()
    with site.configured(STORAGES=storages(DJANGOS)):
        assert static("css/site.css") == f"/static/{site.manifest()['css/site.css'].url.partition('?')[0]}"


def test_whitenoise_serves_the_release_for_ever_and_compressed(site):
    middleware = pytest.importorskip("whitenoise.middleware").WhiteNoiseMiddleware(lambda _: None)
    url = static("css/site.css")
    response = middleware(RequestFactory().get(url, headers={"accept-encoding": "gzip"}))
    assert (response.status_code, response["Content-Encoding"]) == (200, "gzip")
    assert response["Cache-Control"] == "max-age=315360000, public, immutable"
    response.close()
    plain = middleware(RequestFactory().get("/static/css/site.css"))
    assert plain["Cache-Control"] == "max-age=60, public"
    plain.close()
