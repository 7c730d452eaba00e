"""What people who use such tools ask for in their trackers: a site for each complaint.

Blueprints and tests without a build are asked for in ``tests/adapters`` and ``tests/test_pytest_plugin.py``.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import deflate
import pytest

from pipeline.adapters import asgi, wsgi
from pipeline.manifest import integrity_of
from pipeline.runtime import Assets
from tests.cli.watching import Watch
from tests.sites import Site, messages, rules

HEAD = 'sources = ["src"]\noutput = "out"\n'
LONG = "a { color: red }\n" * 40


def wsgi_answer(app: wsgi.StaticFiles, path: str) -> tuple[str, dict[str, str], bytes]:
    """What the app for WSGI answers to a GET."""
    seen: list[Any] = []
    body = b"".join(app({"REQUEST_METHOD": "GET", "PATH_INFO": path}, lambda *told: seen.extend(told)))  # type: ignore[arg-type]
    return seen[0], dict(seen[1]), body


def asgi_answer(app: asgi.StaticFiles, path: str) -> tuple[int, dict[str, str], bytes]:
    """What the app for ASGI answers to a GET."""
    seen: list[Any] = []

    async def receive() -> dict[str, object]:
        return {"type": "http.request"}

    async def send(message: dict[str, object]) -> None:
        seen.append(message)

    scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": []}
    asyncio.run(app(scope, receive, send))  # type: ignore[arg-type]
    fields = {name.decode(): value.decode() for name, value in seen[0]["headers"]}
    return seen[0]["status"], fields, b"".join(each.get("body", b"") for each in seen[1:])


def test_SEEDS_a_missing_source_map_warns_and_its_comment_goes_other_broken_references_follow_the_policy(
    site: Site,
) -> None:
    site.write({"vendor/a.js": "f()\n//# sourceMappingURL=a.js.map\n", "b.css": "a{}/*# sourceMappingURL=b.css.map */"})
    told = {(each.severity, each.path) for each in site.build().diagnostics}
    assert told == {("warning", "vendor/a.js"), ("warning", "b.css")}
    site.publish()
    assert "sourceMappingURL" not in site.text("vendor/a.js") + site.text("b.css")
    site.write({"vendor/c.css": "a{background:url(gone.png)}", "d.css": "a{background:url(gone.png)}"})
    with pytest.raises(ExceptionGroup) as caught:
        site.build(strict=["vendor/**"])
    assert [text.partition(":")[0] for text in messages(caught.value)] == ["d.css"]


@pytest.mark.parametrize("style", ["rewrite", "importmap"])
def test_SEEDS_imports_of_scripts_are_versioned_also_in_cycles(site: Site, style: str) -> None:
    site.configure(f'{HEAD}[modules]\nstyle = "{style}"\n')
    site.write(
        {"js/a.js": 'import { b } from "./b.js";\nexport const a = 1;', "js/b.js": 'import "./a.js";export let b'}
    )
    site.publish()
    first = site.manifest
    assert all(re.search(r"-[0-9a-f]{16}\.js$", first[f"js/{name}.js"].file) for name in "ab")
    if style == "rewrite":
        assert Path(first["js/a.js"].file).name in site.text("js/b.js")
    else:
        assert {*first.imports} == {"./js/a.js", "./js/b.js"}
    site.write({"js/b.js": 'import "./a.js";export let b = 2'})
    site.publish()
    moved = {name for name in "ab" if site.manifest[f"js/{name}.js"].file != first[f"js/{name}.js"].file}
    assert moved == ({"a", "b"} if style == "rewrite" else {"b"})


def test_SEEDS_comments_and_strings_hold_no_references(site: Site) -> None:
    css = '/* url(gone.png) */ a { content: "url(gone.png)"; --b: "@import gone.css" }'
    script = "// import './gone.js'\nconst a = \"import('./gone.js')\", b = `import './gone.js'`, c = /import('gone')/;"
    site.write({"a.css": css, "a.js": script})
    assert site.build().diagnostics == ()
    site.publish()
    assert (site.text("a.css"), site.text("a.js")) == (css, script)


def test_SEEDS_nothing_is_compressed_again_whose_bytes_stay(site: Site) -> None:
    site.configure(f'{HEAD}compress = ["gzip"]\n')
    site.write({"a.css": rules(1), "b.css": rules(2)})
    assert site.run("build").returncode == 0
    shutil.rmtree(site.output)
    broken = f"__version__ = {deflate.__version__!r}\ndef gzip_compress(*a): raise MemoryError('compressed')\n"
    site.write({"deflate.py": broken}, below="broken")
    without = {"PYTHONPATH": str(site.folder / "broken")}
    assert site.run("build", env=without).returncode == 0
    assert len([*site.output.rglob("*.css.gz")]) == 2
    site.write({"b.css": rules(3)})
    assert "compressed" in site.run("build", env=without).stderr


def test_SEEDS_no_pass_leaves_anything_behind(site: Site) -> None:
    site.write(
        {"a.css": "@import 'b.css';", "b.css": "@import 'c.css';", "c.css": "a{background:url(d.png)}", "d.png": "1"}
    )
    site.publish()
    assert {*site.files()} == {*site.manifest.files(), "manifest.json"}


def test_SEEDS_a_changed_partial_is_noticed_though_nobody_declared_it(site: Site) -> None:
    site.configure(f"{HEAD}minify = false\n")
    site.write(
        {"css/site.scss": '@use "parts/colours";\na { color: colours.$ink }', "css/parts/_colours.scss": "$ink: red"}
    )
    assert site.run("build").returncode == 0
    first = site.text("css/site.css")
    site.write({"css/parts/_colours.scss": "$ink: blue"})
    assert site.run("build").returncode == 0
    assert (first.count("red"), site.text("css/site.css").count("blue")) == (1, 1)


def test_SEEDS_the_watcher_never_shows_old_output_and_survives_any_error(site: Site) -> None:
    site.configure(f'{HEAD}[bundles]\n"all.css" = ["a.css", "b.css"]\n')
    site.write({"a.css": "a{top:1px}", "b.css": "b{top:1px}"})
    with Watch(site) as watch:
        watch.hears("made in")
        (site.folder / "src/b.css").unlink()
        watch.hears("b.css")
        site.write({"b.css": "b{top:2px}", "a.css": "a{top:2px}"})
        while "b{top:2px}" not in site.text("all.css") or "a{top:2px}" not in site.text("all.css"):
            watch.hears("made in")


def test_SEEDS_many_workers_that_build_at_once_publish_one_release(site: Site) -> None:
    site.write({f"{number}.css": f"a{{top:{number}px}}" for number in range(50)})
    command = [sys.executable, "-m", "pipeline", "build"]
    workers = [subprocess.Popen(command, cwd=site.folder, stderr=subprocess.DEVNULL) for _ in range(4)]
    assert [worker.wait(120) for worker in workers] == [0] * 4
    assert site.verify() == []


def test_SEEDS_scripts_without_a_semicolon_and_stylesheets_with_charset_and_import_are_joined_safely(
    site: Site,
) -> None:
    site.configure(f'{HEAD}minify = false\n[bundles]\n"all.js" = ["a.js", "b.js"]\n"all.css" = ["a.css", "b.css"]\n')
    site.write({"a.js": "var a = f", "b.js": "(function () {})()"})
    site.write({"a.css": "a{}", "b.css": '@charset "utf-8";\n@import "https://example.com/x.css";\nb{}'})
    site.publish()
    assert re.fullmatch(r"var a = f\s*;\s*\(function \(\) \{\}\)\(\)[\s;]*", site.text("all.js"))
    assert re.fullmatch(
        r'(@charset "utf-8";\s*)?@import "https://example.com/x.css";\s*a\{\}\s*b\{\}\s*', site.text("all.css")
    )


def test_SEEDS_no_restart_is_needed_after_a_build(site: Site) -> None:
    site.write({"a.css": "a{}"})
    site.publish()
    assets = Assets.load(site.output / "manifest.json", "/static/", reload=True)
    first = assets.url("a.css")
    site.write({"a.css": "b{}"})
    site.publish()
    assets.refresh()
    assert assets.url("a.css") == f"/static/{site.manifest['a.css'].url}" != first


def test_SEEDS_files_of_the_release_before_stay_and_a_miss_is_never_kept_by_a_cdn(site: Site) -> None:
    site.write({"a.css": "a{}"})
    site.publish()
    old = site.manifest["a.css"]
    site.write({"a.css": "b{}"})
    site.publish()
    assert (site.output / old.file).read_bytes() == b"a{}"
    app = wsgi.StaticFiles(manifest=site.output / "manifest.json")
    status, fields, _ = wsgi_answer(app, "/static/gone-0123456789abcdef.css")
    assert (status, fields["Cache-Control"]) == ("404 Not Found", "no-store")


def test_SEEDS_clean_removes_what_a_manifest_recorded_and_nothing_else(site: Site) -> None:
    site.write({"a.css": "a{}"})
    site.publish()
    site.write({"uploads/a.css": "mine", "a-0123456789abcdef.css": "mine too"}, below="out")
    assert site.run("clean").returncode == 0
    assert {*site.files()} == {"uploads/a.css", "a-0123456789abcdef.css"}


def test_SEEDS_a_changed_source_map_changes_the_name_of_what_names_it_and_integrity_holds(site: Site) -> None:
    site.configure(f'{HEAD}source_maps = "file"\nminify = false\n')
    site.write({"a.js": "f()\n//# sourceMappingURL=a.js.map\n", "a.js.map": '{"version":3,"sources":[],"mappings":""}'})
    site.publish()
    first = site.manifest["a.js"]
    site.write({"a.js.map": '{"version":3,"sources":[],"names":[],"mappings":""}'})
    site.publish()
    second = site.manifest["a.js"]
    assert second.file != first.file
    assert second.integrity == integrity_of(hashlib.sha256(site.published("a.js")).hexdigest())


def test_SEEDS_the_same_source_has_the_same_names_and_bytes_elsewhere(site: Site, other_site: Site) -> None:
    for each, names in ((site, ("a.css", "b.css")), (other_site, ("b.css", "a.css"))):
        each.configure(f'{HEAD}compress = ["gzip"]\n')
        each.write({name: LONG + name for name in names})
        assert each.run("build", env={"TZ": "Asia/Tokyo"} if each is site else {"LC_ALL": "C"}).returncode == 0
    assert site.files() == other_site.files()
    assert all(gzip.decompress(data) for name, data in site.files().items() if name.endswith(".gz"))


def test_SEEDS_the_build_imports_no_app_and_needs_none_of_its_secrets(site: Site) -> None:
    site.write({"a.css": "a{}"})
    fails = "import os\nraise SystemExit(os.environ['SECRET_KEY'])\n"
    site.write(dict.fromkeys(("app.py", "wsgi.py", "settings.py", "manage.py", "conftest.py"), fails), below="")
    assert site.run("build", env={"DJANGO_SETTINGS_MODULE": "settings", "FLASK_APP": "app"}).returncode == 0


def test_SEEDS_scripts_get_hashed_urls_by_a_constant_or_from_the_manifest(site: Site) -> None:
    site.write({"a.js": "show(asset_url('b.png'), asset_manifest('*.png'))", "b.png": "1"})
    site.publish()
    file = site.manifest["b.png"].file
    assert f'"/static/{file}"' in site.text("a.js").replace("'", '"').partition(",")[0]
    assert file in site.text("a.js").partition(",")[2]
    assert json.loads((site.output / "manifest.json").read_text())["assets"]["b.png"]["url"] == file


def test_SEEDS_every_helper_that_writes_an_element_takes_a_nonce(site: Site) -> None:
    site.write({"a.css": "a{}", "a.js": "1", "m.mjs": "import './n.mjs'", "n.mjs": "2"})
    site.configure(f'{HEAD}[modules]\nstyle = "importmap"\n')
    site.publish()
    assets = Assets.load(site.output / "manifest.json", "/static/")
    written = [
        *(assets.tag(path, nonce="abc") for path in ("a.css", "a.js", "m.mjs")),
        assets.tags("a.css", "a.js", nonce="abc"),
        assets.stylesheet("a.css", nonce="abc"),
        assets.script("a.js", nonce="abc"),
        assets.module("m.mjs", nonce="abc"),
        assets.preload("a.js", nonce="abc"),
        assets.preload_tags("m.mjs", nonce="abc"),
        assets.import_map("abc"),
    ]
    for each in written:
        elements = re.findall(r"<(?:script|link)\b[^>]*>", each)
        assert elements
        assert all('nonce="abc"' in element for element in elements)


@pytest.fixture
def apps(site: Site) -> Callable[[str], list[Any]]:
    site.write({"a.css": LONG})
    site.publish()
    manifest = site.output / "manifest.json"
    ours = wsgi.StaticFiles(manifest=manifest), asgi.StaticFiles(manifest=manifest)

    def answers(path: str) -> list[Any]:
        status, fields, body = wsgi_answer(ours[0], path)
        other_status, other_fields, other = asgi_answer(ours[1], path)
        lower = {name.lower(): value for name, value in fields.items()}
        return [(int(status[:3]), lower, body), (other_status, other_fields, other)]

    return answers


def test_SEEDS_wsgi_and_asgi_answer_alike(site: Site, apps: Callable[[str], list[Any]]) -> None:
    found, missing = apps(f"/static/{site.manifest['a.css'].file}"), apps("/static/b.css")
    assert found[0] == found[1]
    assert missing[0] == missing[1]
    assert (found[0][0], found[0][2], missing[0][0]) == (200, LONG.encode(), 404)
