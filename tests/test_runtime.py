"""The lookups of an app in the manifest of a release."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.asset import AssetPath, Blob
from pipeline.errors import ManifestError
from pipeline.manifest import Entry, Manifest, integrity_of
from pipeline.runtime import Assets
from tests.sites import Site

SRI = integrity_of(Blob.of(b"a{}").digest)


def entry(file: str, url: str) -> Entry:
    return Entry(file, url, 3, "text/css; charset=utf-8", SRI)


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    entries = {
        AssetPath("css/site.css"): entry("css/site-0123456789abcdef.css", "css/site-0123456789abcdef.css"),
        AssetPath("css/print me.css"): entry("css/print me.css", "css/print%20me.css?v=0123"),
    }
    file = tmp_path / "manifest.json"
    file.write_bytes(Manifest(entries).to_json())
    return file


@pytest.mark.parametrize("base_url", ["/static/", "/static", "https://cdn.example.com/s/", ""])
def test_a_url_is_the_base_url_and_the_url_of_the_entry(manifest: Path, base_url: str) -> None:
    assets = Assets.load(manifest, base_url)
    start = f"{base_url.rstrip('/')}/" if base_url else ""
    assert assets.url("css/site.css") == f"{start}css/site-0123456789abcdef.css"
    assert assets.url("css/print me.css") == f"{start}css/print%20me.css?v=0123"


def test_integrity_and_entry_are_those_of_the_manifest(manifest: Path) -> None:
    assets = Assets.load(manifest, "/static/")
    assert assets.integrity("css/site.css") == SRI
    assert assets.entry("css/print me.css") == entry("css/print me.css", "css/print%20me.css?v=0123")


@pytest.mark.parametrize("lookup", [Assets.url, Assets.integrity, Assets.entry])
def test_an_asset_that_is_not_there_gets_the_nearest_name(manifest: Path, lookup: object) -> None:
    assert callable(lookup)
    with pytest.raises(ManifestError, match=r"'css/sit.css'") as caught:
        lookup(Assets.load(manifest, "/static/"), "css/sit.css")
    assert caught.value.hint == "did you mean 'css/site.css'?"


def test_a_manifest_that_is_not_there_is_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ManifestError) as caught:
        Assets.load(tmp_path / "none.json", "/static/")
    assert str(caught.value) == (
        f"{tmp_path}/none.json: cannot be read: No such file or directory; run `pipeline build` first"
    )


def test_a_file_that_is_no_manifest_is_named(tmp_path: Path) -> None:
    file = tmp_path / "manifest.json"
    file.write_text("{}")
    with pytest.raises(ManifestError) as caught:
        Assets.load(file, "/static/")
    assert caught.value.path == str(file)


def test_the_import_map_is_an_element_with_integrity_and_nonce_that_nothing_in_it_can_end(tmp_path: Path) -> None:
    site = Site(tmp_path / "project")
    site.write({"js/a.js": "import './b.js'", "js/b.js": ""})
    site.configure(
        'sources=["src"]\noutput="out"\n[modules]\nstyle="importmap"\n[modules.imports]\n"</script><b>"="js/b.js"'
    )
    site.publish()
    element = Assets.load(site.output / "manifest.json", "https://cdn.example/s/").import_map('"n')
    assert element.startswith('<script type="importmap" nonce="&quot;n">')
    assert element.count("<") == 2
    tree = json.loads(element.removeprefix('<script type="importmap" nonce="&quot;n">').removesuffix("</script>"))
    url = f"https://cdn.example/s/{site.manifest['js/b.js'].url}"
    assert tree["imports"] == {"https://cdn.example/s/js/b.js": url, "</script><b>": url}
    assert tree["integrity"] == {url: site.manifest["js/b.js"].integrity}
