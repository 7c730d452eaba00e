"""What the table of a release has, and what it answers with."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from pipeline.errors import ConfigError, ManifestError
from pipeline.serving import loading
from pipeline.serving.lifetimes import ANOTHER, FOREVER, NEVER, SHORT
from pipeline.serving.loading import load
from pipeline.serving.response import Response, respond
from pipeline.serving.table import Resource, Table
from tests.sites import Site
from tests.webservers.requests import stale

TOML = """
sources = ["src"]
output = "out"
compress = ["gzip", "brotli"]
minify = false
[naming]
style = "{style}"
keep = ["robots.txt"]
"""
CSS = "a{color:red}\n" * 200


def published(site: Site, style: str = "fingerprint", files: Mapping[str, str | bytes] | None = None) -> Site:
    site.configure(TOML.format(style=style))
    site.write({"css/site.css": CSS, "robots.txt": "User-agent: *\n", **(files or {})})
    site.publish()
    return site


def table(site: Site, base_url: str = "/static/", **options: str) -> Table:
    return load(site.output / "manifest.json", base_url, **options)  # type: ignore[arg-type]


def found(table: Table, url: str) -> Resource:
    resource = table.find(url.partition("?")[0])
    assert resource, url
    return resource


def ask(table: Table, url: str, method: str = "GET", **fields: str) -> Response:
    path, _, query = url.partition("?")
    named = {f"HTTP_{name.upper()}": value for name, value in fields.items()}
    return respond(found(table, path), method, query, named)


def body(response: Response) -> bytes:
    if response.file is None:
        return response.data
    with response.file as file:
        return file.read()[: response.length]


def cache(response: Response) -> str:
    return dict(response.fields)["Cache-Control"]


def test_an_asset_is_found_by_its_url_with_ready_header_fields(site: Site):
    published(site)
    entry = site.manifest["css/site.css"]
    response = ask(table(site), f"/static/{entry.url}", accept_encoding="gzip")
    fields = dict(response.fields)
    assert response.status == 200
    assert response.data == (site.output / entry.variants["gzip"].file).read_bytes()
    assert fields["Content-Type"] == "text/css; charset=utf-8"
    assert fields["Content-Encoding"] == "gzip"
    assert fields["Content-Length"] == str(entry.variants["gzip"].size)
    assert fields["Cache-Control"] == FOREVER
    assert fields["Vary"] == "Accept-Encoding"
    assert fields["X-Content-Type-Options"] == "nosniff"
    assert entry.variants["gzip"].integrity.removeprefix("sha256-") in fields["ETag"]
    assert len(fields) == len(response.fields)


def test_every_variant_has_a_strong_tag_of_its_own(site: Site):
    published(site)
    url = f"/static/{site.manifest['css/site.css'].url}"
    served = table(site)
    tags = {dict(ask(served, url, accept_encoding=each).fields)["ETag"] for each in ("gzip", "br", "identity")}
    assert len(tags) == 3
    assert not [tag for tag in tags if tag.startswith("W/")]


def test_what_has_no_variants_does_not_vary(site: Site):
    published(site, files={"dot.png": b"\x89PNG"})
    assert "Vary" not in dict(ask(table(site), f"/static/{site.manifest['dot.png'].url}").fields)


def test_nothing_else_is_in_the_table(site: Site):
    published(site)
    urls = {f"/static/{entry.url}" for entry in site.manifest.entries.values()}
    assert table(site).resources.keys() == urls


def test_names_that_are_kept_live_for_a_short_time(site: Site):
    published(site)
    assert cache(ask(table(site), "/static/robots.txt")) == SHORT
    assert cache(ask(table(site), "/static/robots.txt?v=1")) == SHORT


@pytest.mark.parametrize("style", ["query", "rewrite"])
def test_only_the_fingerprint_of_the_bytes_keeps_them_for_ever(site: Site, style: str):
    published(site, style)
    url = f"/static/{site.manifest['css/site.css'].url}"
    served = table(site)
    assert cache(ask(served, url)) == FOREVER
    assert cache(ask(served, stale(url))) == ANOTHER
    assert cache(ask(served, "/static/css/site.css")) == SHORT
    assert {body(ask(served, each)) for each in (url, stale(url), "/static/css/site.css")} == {CSS.encode()}


def test_the_fingerprint_of_an_earlier_release_does_not_keep_the_bytes_of_this_one(site: Site):
    published(site, "rewrite")
    before = site.manifest["css/site.css"].url
    site.configure(TOML.format(style="rewrite") + 'pattern = "{stem}.v{fingerprint}{suffix}"\n')
    site.publish()
    odd = site.manifest["css/site.css"].url
    site.write({"css/site.css": "b{}"})
    site.publish()
    served = table(site)
    for old in (before, odd):
        assert (cache(ask(served, f"/static/{old}")), ask(served, f"/static/{old}").data) == (ANOTHER, b"b{}")


@pytest.mark.parametrize(
    "path",
    [
        "/static/css/site.0000.css",
        "/static/css/site.000000000000000g.css",
        "/static/css/site.00000000000000000.css",
        "/static/css/other.0000000000000000.css",
        "/static/site.0000000000000000.css",
        "/static/0000000000000000/css/site.css",
        "/static/robots.0000000000000000.txt",
        "/static/" + "0000000000000000." * 1000,
        "/css/site.css",
        "",
    ],
)
def test_what_only_looks_like_a_fingerprint_leads_nowhere(site: Site, path: str):
    published(site, "rewrite")
    assert table(site).find(path) is None


def test_files_of_earlier_releases_are_served_while_they_are_there(site: Site):
    published(site)
    before = site.manifest["css/site.css"]
    site.write({"css/site.css": "b{}"})
    site.publish()
    response = ask(table(site), f"/static/{before.url}", accept_encoding="gzip")
    assert (cache(response), response.length) == (FOREVER, before.variants["gzip"].size)
    assert body(response) == (site.output / before.variants["gzip"].file).read_bytes()
    assert site.run("prune", "--keep", "0", "--age", "0d").returncode == 0
    assert table(site).find(f"/static/{before.url}") is None


def test_files_of_earlier_releases_that_are_damaged_are_not_served(site: Site):
    published(site)
    before = site.manifest["css/site.css"]
    site.write({"css/site.css": "b{}"})
    site.publish()
    (site.output / before.file).write_text("c")
    assert table(site).find(f"/static/{before.url}") is None


@pytest.mark.parametrize("damage", [b"", b"{}", b'{"releases": 5}', b'{"releases": [["../../x", null], [5, 5]]}', None])
def test_a_damaged_history_does_no_harm(site: Site, damage: bytes | None):
    published(site)
    site.write({"css/site.css": "b{}"})
    site.publish()
    history = site.output / ".pipeline/history.json"
    history.unlink()
    if damage is not None:
        history.write_bytes(damage)
    assert table(site).find(f"/static/{site.manifest['css/site.css'].url}")


def test_damaged_records_of_earlier_releases_are_left_out(site: Site):
    published(site)
    before = site.manifest["css/site.css"]
    site.write({"css/site.css": "b{}"})
    site.publish()
    for record in (site.output / ".pipeline/releases").iterdir():
        record.write_bytes(record.read_bytes().replace(b"text/css", b"text/xss"))
    assert table(site).find(f"/static/{before.url}") is None


def test_large_files_stay_on_disk_and_are_sent_from_there(site: Site):
    published(site, files={"film.mp4": bytes(range(256)) * 2000})
    response = ask(table(site), f"/static/{site.manifest['film.mp4'].url}")
    assert (response.data, response.length, response.to_end) == (b"", 512_000, True)
    assert response.path.endswith(site.manifest["film.mp4"].file)
    assert body(response) == bytes(range(256)) * 2000
    part = ask(table(site), f"/static/{site.manifest['film.mp4'].url}", range="bytes=1000-1001")
    assert (part.status, part.to_end, part.path) == (206, False, "")
    assert body(part) == bytes([1000 % 256, 1001 % 256])


def test_no_more_is_held_in_memory_than_is_said(site: Site, monkeypatch: pytest.MonkeyPatch):
    published(site, files={f"{number}.mp4": bytes(1000 + number) for number in range(5)})
    monkeypatch.setattr(loading, "ALL_HELD", 2500 + len(CSS))
    held = [
        each.size
        for resource in table(site).resources.values()
        for each in resource.representations.values()
        if each.data is not None
    ]
    assert sum(held) <= 2500 + len(CSS)
    assert {1000, 1001} <= set(held)
    assert 1004 not in held


@pytest.mark.parametrize("size", [10, 300_000])
def test_a_file_that_took_the_place_of_another_is_kept_by_nobody(site: Site, size: int):
    published(site, "query", {"data.bin": b"a" * size})
    url = f"/static/{site.manifest['data.bin'].url}"
    served = table(site)
    site.write({"data.bin": b"b" * (size + 1)})
    site.publish()
    held = size == 10
    response = ask(served, url)
    assert cache(response) == (FOREVER if held else NEVER)
    assert body(response) == (b"a" * size if held else b"b" * (size + 1))
    fields = dict(response.fields)
    assert fields["Content-Length"] == str(len(b"a" * size) if held else size + 1)
    assert ("ETag" in fields) == held
    part = ask(served, url, range="bytes=0-1")
    assert part.status == (206 if held else 200)
    assert body(part) == (b"aa" if held else b"b" * (size + 1))


@pytest.mark.parametrize("size", [10, 300_000])
def test_a_file_that_is_not_what_the_manifest_says_is_kept_by_nobody(site: Site, size: int):
    published(site, "query", {"data.bin": b"a" * size})
    (site.output / "data.bin").write_bytes(b"b" * (size if size == 10 else size + 1))
    response = ask(table(site), f"/static/{site.manifest['data.bin'].url}")
    assert (response.status, cache(response)) == (200, NEVER)
    assert body(response)[:5] == b"bbbbb"
    head = ask(table(site), f"/static/{site.manifest['data.bin'].url}", "HEAD")
    assert (head.status, cache(head), head.file) == (200, NEVER, None)


def test_a_file_that_is_gone_is_missed(site: Site):
    published(site, files={"film.mp4": bytes(300_000)})
    served = table(site)
    (site.output / site.manifest["film.mp4"].file).unlink()
    response = ask(served, f"/static/{site.manifest['film.mp4'].url}")
    assert (response.status, cache(response)) == (404, NEVER)


def test_a_pipe_in_the_place_of_a_file_blocks_nothing(site: Site):
    published(site, files={"film.mp4": bytes(300_000)})
    served = table(site)
    file = site.output / site.manifest["film.mp4"].file
    file.unlink()
    os.mkfifo(file)
    response = ask(served, f"/static/{site.manifest['film.mp4'].url}")
    assert cache(response) == NEVER
    assert body(response) == b""


def test_without_a_manifest_it_says_which_command_to_run(tmp_path: Path):
    with pytest.raises(ManifestError) as caught:
        load(tmp_path / "manifest.json", "/static/")
    assert "pipeline build" in caught.value.hint


@pytest.mark.parametrize("which", ["file", "variant"])
def test_a_release_that_lacks_a_file_is_not_served(site: Site, which: str):
    published(site)
    entry = site.manifest["css/site.css"]
    file = site.output / (entry.file if which == "file" else entry.variants["gzip"].file)
    file.unlink()
    with pytest.raises(ManifestError, match="cannot be read") as caught:
        table(site)
    assert caught.value.path == str(file)
    assert "build again" in caught.value.hint
    file.mkdir()
    with pytest.raises(ManifestError, match="is not a regular file"):
        table(site)


def test_a_manifest_in_another_place_needs_the_root(site: Site, tmp_path: Path):
    published(site)
    elsewhere = (site.output / "manifest.json").rename(tmp_path / "manifest.json")
    with pytest.raises(ManifestError):
        load(elsewhere, "/static/")
    assert load(elsewhere, "/static/", site.output).resources


@pytest.mark.parametrize(
    ("base_url", "path"),
    [
        ("/static/", "/static/robots.txt"),
        ("/static", "/static/robots.txt"),
        ("/", "/robots.txt"),
        ("https://cdn.example.com/a/b/", "/a/b/robots.txt"),
        ("//cdn.example.com/", "/robots.txt"),
        ("https://cdn.example.com", "/robots.txt"),
        ("/na%C3%AFve/", "/naïve/robots.txt"),
    ],
)
def test_the_path_of_the_base_url_is_where_assets_are_found(site: Site, base_url: str, path: str):
    published(site)
    assert table(site, base_url).find(path)


def test_a_base_url_without_a_path_is_refused(site: Site):
    published(site)
    with pytest.raises(ConfigError, match="has no path"):
        table(site, "static/")


@pytest.mark.parametrize(
    ("base_url", "options", "allowed"),
    [
        ("/static/", {}, None),
        ("https://cdn.example.com/static/", {}, "*"),
        ("https://cdn.example.com/static/", {"allow_origin": ""}, None),
        ("/static/", {"allow_origin": "https://example.com:8000"}, "https://example.com:8000"),
    ],
)
def test_other_origins_are_allowed_where_the_base_url_is_one(
    site: Site, base_url: str, options: dict[str, str], allowed: str | None
):
    published(site)
    assert (
        dict(ask(table(site, base_url, **options), "/static/robots.txt").fields).get("Access-Control-Allow-Origin")
        == allowed
    )


@pytest.mark.parametrize("origin", ["x\r\nSet-Cookie: a=b", "a b", "ftp://x", "https://x/y"])
def test_what_is_no_origin_is_refused(site: Site, origin: str):
    published(site)
    with pytest.raises(ConfigError, match="is no origin"):
        table(site, allow_origin=origin)


def test_a_date_in_the_future_is_never_sent(site: Site):
    published(site)
    os.utime(site.output / "robots.txt", (4_000_000_000, 4_000_000_000))
    assert "2096" not in dict(ask(table(site), "/static/robots.txt").fields)["Last-Modified"]
