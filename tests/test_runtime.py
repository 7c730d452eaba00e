"""The lookups of an app in the manifest of a release, and how a changed manifest takes the place of the old one."""

from __future__ import annotations

import json
import logging
import os
import threading
from pathlib import Path

import pytest

from pipeline.asset import AssetPath, Blob
from pipeline.errors import ConfigError, ManifestError
from pipeline.manifest import Entry, Manifest, integrity_of
from pipeline.runtime import Assets
from pipeline.runtime.lookup import read
from tests.sites import Site

SRI = integrity_of(Blob.of(b"a{}").digest)
BUILT = "css/site-0123456789abcdef.css"


def entry(file: str, url: str) -> Entry:
    return Entry(file, url, 3, "text/css; charset=utf-8", SRI)


def write(file: Path, fingerprint: str = "0123456789abcdef", path: str = "css/site.css") -> Path:
    """A manifest of one stylesheet, put in place as the build puts it."""
    built = path.replace(".css", f"-{fingerprint}.css")
    new = file.with_name("new")
    new.write_bytes(Manifest({AssetPath(path): entry(built, built)}).to_json())
    new.replace(file)
    return file


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    entries = {
        AssetPath("css/site.css"): entry(BUILT, BUILT),
        AssetPath("css/print me.css"): entry("css/print me.css", "css/print%20me.css?v=0123"),
        AssetPath("css/ü.css"): entry("css/ü.css", "css/%C3%BC.css"),
    }
    file = tmp_path / "manifest.json"
    file.write_bytes(Manifest(entries).to_json())
    return file


@pytest.mark.parametrize("base_url", ["/static/", "/static", "https://cdn.example.com/s/", "//cdn.example.com", ""])
def test_a_url_is_the_base_url_and_the_url_of_the_entry(manifest: Path, base_url: str) -> None:
    assets = Assets.load(manifest, base_url)
    start = f"{base_url.rstrip('/')}/" if base_url else ""
    assert assets.base_url == start
    assert assets.url("css/site.css") == f"{start}{BUILT}"
    assert assets.url("css/print me.css") == f"{start}css/print%20me.css?v=0123"


def test_without_a_base_url_urls_begin_at_the_root_of_the_host(manifest: Path) -> None:
    assert Assets.load(str(manifest)).url("css/site.css") == f"/{BUILT}"


@pytest.mark.parametrize("char", ["\n", '"', "<", " ", "\x7f", "\\"])
def test_a_base_url_that_could_not_be_one_is_refused(manifest: Path, char: str) -> None:
    with pytest.raises(ConfigError, match=r"the base URL .* has the character"):
        Assets.load(manifest, f"/static{char}/")


def test_integrity_and_entry_are_those_of_the_manifest(manifest: Path) -> None:
    assets = Assets.load(manifest, "/static/")
    assert assets.integrity("css/site.css") == SRI
    assert assets.entry("css/print me.css") == entry("css/print me.css", "css/print%20me.css?v=0123")


def test_a_name_is_found_in_any_form_of_unicode(manifest: Path) -> None:
    assets = Assets.load(manifest, "/static/")
    assert assets.url("css/u\u0308.css") == assets.url("css/ü.css") == "/static/css/%C3%BC.css"
    assert assets.integrity("css/u\u0308.css") == SRI


LOOKUPS = [Assets.url, Assets.integrity, Assets.entry, Assets.fingerprint, Assets.tag, Assets.tags, Assets.stylesheet]


@pytest.mark.parametrize(
    "lookup",
    [
        *LOOKUPS,
        *(Assets.script, Assets.module, Assets.image, Assets.preload),
        *(Assets.preloads, Assets.preload_tags, Assets.link_headers),
    ],
)
def test_an_asset_that_is_not_there_gets_the_nearest_name(manifest: Path, lookup: object) -> None:
    assert callable(lookup)
    with pytest.raises(ManifestError, match=r"no asset 'css/sit.css' in the manifest") as caught:
        lookup(Assets.load(manifest, "/static/"), "css/sit.css")
    assert caught.value.hint == "did you mean 'css/site.css'?"


def test_in_production_a_manifest_that_is_not_there_ends_the_start_with_what_to_do(tmp_path: Path) -> None:
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


def test_the_import_map_is_an_element_with_integrity_and_nonce_that_nothing_in_it_can_end(site: Site) -> None:
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


def test_without_an_import_map_there_is_no_element_for_it(manifest: Path) -> None:
    assert Assets.load(manifest, "/").import_map("nonce") == ""


@pytest.mark.parametrize("path", ["js/it.js", "js/deadbeef00.js", "js/deadbeef00.css"])
@pytest.mark.parametrize(
    ("naming", "url"),
    [
        ({"style": "query"}, "js/{stem}{suffix}?v={}"),
        ({"style": "rewrite"}, "js/{stem}.{}{suffix}"),
        ({"style": "fingerprint", "length": 9}, "js/{stem}-{}{suffix}"),
        ({"style": "fingerprint", "pattern": "{fingerprint}{stem}{suffix}"}, "js/{}{stem}{suffix}"),
        ({"style": "fingerprint", "pattern": "v{stem}-{fingerprint}{suffix}", "length": 8}, "js/v{stem}-{}{suffix}"),
        ({"style": "fingerprint", "pattern": "{stem}{suffix}.{fingerprint}", "length": 64}, "js/{stem}{suffix}.{}"),
    ],
)
def test_a_fingerprint_is_what_templates_put_into_urls_that_they_write_themselves(site, path, naming, url):
    cycle = {"js/it.js": "import './deadbeef00.js'", "js/deadbeef00.js": "import './it.js'"}
    site.write({"js/deadbeef00.css": "a{}", **cycle})
    site.publish(naming=naming)
    assets = Assets.load(site.output / "manifest.json", "/s/")
    stem, suffix = os.path.splitext(os.path.basename(path))
    assert assets.url(path) == "/s/" + url.format(assets.fingerprint(path), stem=stem, suffix=suffix)


def test_the_fingerprint_of_what_keeps_its_name_is_that_of_its_bytes(site: Site) -> None:
    site.write({"robots.txt": "-"})
    site.publish(naming={"keep": ["robots.txt"]})
    assets = Assets.load(site.output / "manifest.json", "/")
    assert assets.url("robots.txt") == "/robots.txt"
    assert assets.fingerprint("robots.txt") == Blob.of(b"-").digest[:16]


def test_a_changed_manifest_is_read_when_reload_was_asked_for_and_not_otherwise(tmp_path: Path) -> None:
    file = write(tmp_path / "manifest.json")
    fixed, live = Assets.load(file, "/s/"), Assets.load(file, "/s/", reload=True)
    write(file, "feedfeedfeedfeed")
    fixed.refresh()
    assert (fixed.url("css/site.css"), live.url("css/site.css")) == (f"/s/{BUILT}", f"/s/{BUILT}")
    live.refresh()
    assert live.url("css/site.css") == "/s/css/site-feedfeedfeedfeed.css"
    assert live.tag("css/site.css") == '<link rel="stylesheet" href="/s/css/site-feedfeedfeedfeed.css">'


def test_a_refresh_costs_one_stat_and_nothing_is_read_that_did_not_change(tmp_path, monkeypatch) -> None:
    assets = Assets.load(write(tmp_path / "manifest.json"), "/s/", reload=True)
    stats: list[object] = []
    stat = os.stat

    def counted(path: object, **options: object) -> os.stat_result:
        stats.append(path)
        return stat(path, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "stat", counted)
    monkeypatch.setattr("builtins.open", None)
    for _ in range(3):
        assets.refresh()
        assert assets.url("css/site.css") == f"/s/{BUILT}"
    assert stats == [str(tmp_path / "manifest.json")] * 3


@pytest.mark.parametrize("how", ["broken", "gone"])
def test_while_a_manifest_is_broken_or_gone_the_last_good_one_stays_and_that_is_said_once(
    tmp_path, how, caplog
) -> None:
    file = write(tmp_path / "manifest.json")
    assets = Assets.load(file, "/s/", reload=True)
    if how == "broken":
        file.write_text("{")
    else:
        file.unlink()
    for _ in range(3):
        assets.refresh()
        assert assets.url("css/site.css") == f"/s/{BUILT}"
    (record,) = caplog.records
    assert (record.name, record.levelno) == ("pipeline", logging.WARNING)
    assert record.getMessage().startswith(f"{file}: ")
    assert record.getMessage().endswith("; the last good manifest stays in use")
    write(file, "feedfeedfeedfeed")
    assets.refresh()
    assert assets.url("css/site.css") == "/s/css/site-feedfeedfeedfeed.css"
    assert len(caplog.records) == 1


def test_while_one_thread_reads_a_changed_manifest_others_answer_from_the_old_one(tmp_path, monkeypatch) -> None:
    file = write(tmp_path / "manifest.json")
    assets = Assets.load(file, "/s/", reload=True)
    write(file, "feedfeedfeedfeed")
    reading, go_on = threading.Event(), threading.Event()

    def slow(*arguments):
        reading.set()
        assert go_on.wait(10)
        return read(*arguments)

    monkeypatch.setattr("pipeline.runtime.reload.read", slow)
    first = threading.Thread(target=assets.refresh)
    first.start()
    assert reading.wait(10)
    write(file, "beefbeefbeefbeef")
    assets.refresh()
    assert assets.url("css/site.css") == f"/s/{BUILT}"
    go_on.set()
    first.join()
    assets.refresh()
    assert assets.url("css/site.css") == "/s/css/site-beefbeefbeefbeef.css"


def test_a_manifest_is_found_again_after_the_app_changed_its_folder(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "manifest.json")
    assets = Assets.load("manifest.json", "/s/", reload=True)
    monkeypatch.chdir("/")
    write(tmp_path / "manifest.json", "feedfeedfeedfeed")
    assets.refresh()
    assert assets.url("css/site.css") == "/s/css/site-feedfeedfeedfeed.css"
