"""What the build of the example site holds, and how its server answers."""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin

import pytest

from pipeline.asset import Blob
from pipeline.manifest import Manifest, integrity_of
from tests.example_site import EXAMPLE, built, get, serving


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("example"))


@pytest.fixture(scope="module")
def manifest(site: Path) -> Manifest:
    return Manifest.from_json((site / "build/manifest.json").read_bytes())


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    with serving(site) as running:
        yield running


def test_every_file_is_served_with_the_bytes_type_and_age_that_it_should_have(address: str, manifest: Manifest) -> None:
    for path, entry in manifest.entries.items():
        status, headers, body = get(address, f"/static/{entry.url}")
        assert (status, headers["Content-Type"]) == (200, entry.type)
        assert integrity_of(Blob.of(body).digest) == entry.integrity
        assert ("immutable" in headers["Cache-Control"]) == (entry.file != path)
        if "gzip" in entry.variants:
            _, headers, small = get(address, f"/static/{entry.url}", **{"Accept-Encoding": "br, gzip"})
            assert headers["Content-Encoding"] == "gzip"
            assert (gzip.decompress(small), len(small)) == (body, entry.variants["gzip"].size)


def test_files_that_are_kept_have_their_own_names(manifest: Manifest) -> None:
    kept = {path for path, entry in manifest.entries.items() if entry.file == path}
    assert {"favicon.ico", "robots.txt"} <= kept
    assert not kept & {"css/site.css", "js/site.js"}


def test_a_source_map_stays_reachable_from_its_script(address: str, manifest: Manifest) -> None:
    script = manifest["vendor/photoswipe/photoswipe.esm.js"]
    sourcemap = manifest["vendor/photoswipe/photoswipe.esm.js.map"]
    _, _, body = get(address, f"/static/{script.url}")
    assert body.rstrip().endswith(f"//# sourceMappingURL={Path(sourcemap.url).name}".encode())
    assert "vendor/photoswipe/photoswipe.esm.js.map" in script.references


def test_the_icons_of_the_web_app_manifest_are_files_of_the_release(address: str, manifest: Manifest) -> None:
    url = f"/static/{manifest['site.webmanifest'].url}"
    icons = json.loads(get(address, url)[2])["icons"]
    assert len(icons) == 2
    assert {get(address, urljoin(url, icon["src"]))[0] for icon in icons} == {200}


def test_licences_and_members_of_bundles_are_not_published(manifest: Manifest) -> None:
    assert not [path for path in manifest.entries if "LICENSE" in path or path == "css/hero.css"]


@pytest.mark.parametrize(
    "path", ["/static/", "/static/../pipeline.toml", "/static/%2e%2e/pipeline.toml", "/static/manifest.json", "/x"]
)
def test_what_is_no_page_and_no_file_is_not_found_and_not_kept(address: str, path: str) -> None:
    status, headers, _ = get(address, path)
    assert (status, headers["Cache-Control"]) == (404, "no-store")


def test_without_a_build_the_server_says_what_to_do(tmp_path: Path) -> None:
    shutil.copy(EXAMPLE / "serve.py", tmp_path)
    command = [sys.executable, str(tmp_path / "serve.py"), "0"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("The site cannot be served: ")
    assert "run `pipeline build` first" in done.stderr
    assert "Traceback" not in done.stderr
