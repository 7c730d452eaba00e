"""What every web server is told, whatever the site is like."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.engine import plugins
from pipeline.errors import ConfigError
from pipeline.webservers import Printed, Site
from tests.sites import Site as Project
from tests.webservers.requests import ANOTHER, FOREVER, NEVER, SHORT, ask, made, stale, url
from tests.webservers.running import SERVERS, caddy, nginx, printed

PACKAGE = "pipeline.webservers"
MEMBERS = plugins.members(PACKAGE)
REWRITE = """
sources = ["src"]
output = "out"
base_url = "https://cdn.example.com/static/"
compress = []
minify = false
[naming]
style = "rewrite"
"""


@pytest.fixture(params=MEMBERS)
def server(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def write(server: str) -> Callable[[Site], Printed]:
    found: Callable[[Site], Printed] = plugins.load(PACKAGE, server)
    return found


def test_every_server_of_the_set_is_tried_with_the_table_of_requests():
    assert set(MEMBERS) == SERVERS.keys() - {"wsgi", "asgi"}


def test_what_stands_inside_and_outside_is_all_there_is(write: Callable[[Site], Printed]):
    made = write(Site("/srv/site/build", "/static/"))
    lines = {line.strip() for line in made.whole.splitlines()}
    assert {line.strip() for part in (made.inside, made.outside) for line in part.splitlines()} <= lines


@pytest.mark.parametrize("root", ["/srv/new\nline", "/srv/\x1b[31m", "/srv/\udcff", "/srv/\0"])
def test_a_folder_with_a_name_that_nobody_can_write_is_refused(write: Callable[[Site], Printed], root: str):
    with pytest.raises(ConfigError, match="has the character"):
        write(Site(root))


@pytest.mark.parametrize(
    "root", ['/srv/"; return 200 x; #', "/srv/$host", "/srv/{env.HOME}", "/srv/%{HTTP_HOST}", "/a`b"]
)
def test_a_folder_with_a_strange_name_is_quoted_or_refused(write: Callable[[Site], Printed], root: str):
    with suppress(ConfigError):
        found = re.findall("(.)/srv/|(.)/a`b", write(Site(root)).whole)
        assert found
        assert set(found) <= {('"', ""), ("`", ""), ("", '"')}


def test_a_strange_folder_is_served(server: str, tmp_path: Path):
    project = made(Project(tmp_path / "it's a (strange) 100 # ; folder ∂"), "fingerprint")
    with SERVERS[server](project, tmp_path / "server") as address:
        assert ask(address, "GET", url(project, "css/site.css")).status == 200


def test_a_pattern_that_hides_the_suffix_is_refused(write: Callable[[Site], Printed]):
    with pytest.raises(ConfigError, match="by the suffix") as caught:
        write(Site("/srv", pattern="{stem}{suffix}.{fingerprint}"))
    assert "{suffix}" in caught.value.hint


@pytest.mark.parametrize(
    "pattern", ["{fingerprint}_{stem}{suffix}", "{stem}{suffix}.{fingerprint}", "{suffix}(~{fingerprint}${stem}"]
)
def test_any_pattern_is_mapped_back(server: str, tmp_path: Path, pattern: str):
    project = Project(tmp_path / "project")
    project.configure(REWRITE.replace("https://cdn.example.com", "") + f"pattern = '{pattern}'\nlength = 40\n")
    project.write({"css/site.css": "a{}", "css/other.css": "a{}", "noext": "x"})
    project.publish()
    with SERVERS[server](project, tmp_path / "server") as address:
        for path in ("css/site.css", "css/other.css", "noext"):
            now = url(project, path)
            answer = ask(address, "GET", now)
            assert (answer.status, answer.cache, answer.body) == (200, FOREVER, project.published(path))
            other = re.sub("[0-9a-f]{40}", "0" * 40, now)
            assert ask(address, "GET", other) == replace(answer, cache=ANOTHER)


@pytest.mark.parametrize("style", ["query", "rewrite"])
def test_between_two_releases_bytes_are_not_kept_for_long_under_the_fingerprint_of_others(
    server: str, tmp_path: Path, style: str
):
    project = made(Project(tmp_path / "project"), style)
    before = url(project, "css/site.css")
    with SERVERS[server](project, tmp_path / "server") as address:
        assert ask(address, "GET", before).cache == FOREVER
        project.write({"css/site.css": "b{}"})
        project.publish()
        now = url(project, "css/site.css")
        assert now != before
        for each in (before, now):
            answer = ask(address, "GET", each)
            assert (answer.status, answer.cache, answer.body) == (200, ANOTHER, b"b{}")


def test_files_of_earlier_releases_are_served_as_long_as_they_are_there(server: str, tmp_path: Path):
    project = made(Project(tmp_path / "project"), "fingerprint")
    before = url(project, "css/site.css")
    project.write({"css/site.css": "b{}"})
    project.publish()
    with SERVERS[server](project, tmp_path / "server") as address:
        answer = ask(address, "GET", before)
        assert (answer.status, answer.cache, answer.length) == (200, FOREVER, 2600)
        assert ask(address, "GET", url(project, "css/site.css")).body == b"b{}"


@pytest.mark.parametrize(
    ("compress", "encoding", "alone"),
    [("[]", "", ""), ('["brotli"]', "br", "br"), ('["gzip", "zstd"]', "zstd", "gzip")],
)
def test_whatever_is_compressed_is_sent_and_varies(
    server: str, tmp_path: Path, compress: str, encoding: str, alone: str
):
    project = Project(tmp_path / "project")
    project.configure(f'sources = ["src"]\noutput = "out"\nminify = false\ncompress = {compress}\n')
    project.write({"site.css": "a{color:red}\n" * 200})
    project.publish()
    if server == "nginx" and encoding == "zstd":
        encoding = "gzip"  # it has no module for it
    with SERVERS[server](project, tmp_path / "server") as address:
        path = url(project, "site.css")
        for accepted, sent in (("gzip, br, zstd", encoding), (alone, alone), ("", ""), ("deflate", "")):
            answer = ask(address, "GET", path, **{"Accept-Encoding": accepted})
            assert (answer.status, answer.encoding, answer.varies) == (200, sent, bool(encoding))


def test_other_origins_may_use_fonts_of_a_cdn(server: str, tmp_path: Path):
    project = Project(tmp_path / "project")
    project.configure(REWRITE.replace('"rewrite"', '"fingerprint"'))
    project.write({"inter.woff2": "font"})
    project.publish()
    with SERVERS[server](project, tmp_path / "server") as address:
        answer = ask(address, "GET", url(project, "inter.woff2"))
        assert (answer.status, answer.cache) == (200, FOREVER)
        assert answer.fields["access-control-allow-origin"] == "*"


def test_a_site_at_the_root_is_served(server: str, tmp_path: Path):
    project = Project(tmp_path / "project")
    project.configure('sources = ["src"]\noutput = "out"\nbase_url = "/"\n[naming]\nstyle = "plain"\n')
    project.write({"css/site.css": "a{}"})
    project.publish()
    with SERVERS[server](project, tmp_path / "server") as address:
        answer = ask(address, "GET", "/css/site.css")
        assert (answer.status, answer.cache) == (200, SHORT)
        for path in ("/", "/css", "/manifest.json", "/.pipeline/history.json", "/none"):
            assert (ask(address, "GET", path).status, ask(address, "GET", path).cache) == (404, NEVER)


def test_nginx_takes_the_parts_into_a_server_of_ones_own(site: Project, tmp_path: Path, monkeypatch):
    made(site, "rewrite")

    def parts(project: Project, server: str, *arguments: str) -> str:
        outside, inside = (printed(project, server, "--part", part) for part in ("outside", "inside"))
        return f"{outside}\nserver {{ listen {arguments[1]}; location / {{ return 418; }}\n{inside}\n}}"

    monkeypatch.setattr("tests.webservers.running.printed", parts)
    with nginx(site, tmp_path / "server") as address:
        assert ask(address, "GET", "/app").status == 418
        assert ask(address, "GET", url(site, "css/site.css")).cache == FOREVER
        assert ask(address, "GET", stale(url(site, "css/site.css"))).cache == ANOTHER


def test_caddy_takes_the_part_into_a_site_of_ones_own(site: Project, tmp_path: Path, monkeypatch):
    made(site, "rewrite")

    def part(project: Project, server: str, *arguments: str) -> str:
        return f":{arguments[1]} {{\n{printed(project, server, '--part', 'inside')}\nrespond 418\n}}"

    monkeypatch.setattr("tests.webservers.running.printed", part)
    with caddy(site, tmp_path / "server") as address:
        assert ask(address, "GET", "/app").status == 418
        assert ask(address, "GET", url(site, "css/site.css")).cache == FOREVER


def test_many_files_with_the_same_bytes_are_no_problem_for_nginx(site: Project, tmp_path: Path):
    site.configure(REWRITE.replace("https://cdn.example.com", ""))
    site.write({f"{'long/' * 20}empty-{number}.css": "a{}" for number in range(300)})
    site.publish()
    with nginx(site, tmp_path / "server") as address:
        caches = [ask(address, "GET", url(site, path)).cache for path in site.manifest.entries]
    assert set(caches) <= {FOREVER, ANOTHER}
    assert FOREVER in caches


def test_another_root_and_base_url_may_be_given(site: Project, server: str):
    made(site, "fingerprint")
    text = printed(
        site, server, "--root", "/srv/elsewhere", "--base-url", "/assets/", "--allow-origin", "https://a.example"
    )
    assert "/srv/elsewhere" in text
    assert "/assets/" in text
    assert "https://a.example" in text
    assert str(site.folder) not in text


@pytest.mark.parametrize("style", ["fingerprint", "query"])
def test_without_a_release_it_says_what_to_do_where_one_is_needed(site: Project, style: str):
    site.configure(f'sources = ["src"]\noutput = "out"\n[naming]\nstyle = "{style}"\n')
    done = site.run("webserver", "nginx")
    assert done.returncode == (0 if style == "fingerprint" else 1)
    assert ("run `pipeline build` first" in done.stderr) == (style == "query")
    assert "Traceback" not in done.stderr


def test_an_unknown_server_is_named_with_the_nearest(site: Project):
    done = site.run("webserver", "ngnix")
    assert done.returncode == 2
    assert "did you mean 'nginx'?" in done.stderr


@pytest.mark.parametrize(
    "arguments", [("--base-url", "static"), ("--allow-origin", 'x"; return 200;'), ("--root", "a\nb")]
)
def test_arguments_that_cannot_be_are_refused(site: Project, arguments: tuple[str, str]):
    made(site, "fingerprint")
    done = site.run("webserver", "nginx", *arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert not done.stdout


def test_a_file_that_is_missing_is_named(site: Project):
    made(site, "rewrite")
    os.unlink(site.output / "css/site.css")
    done = site.run("webserver", "nginx")
    assert done.returncode == 1
    assert "css/site.css" in done.stderr
