"""The cases that attack: the command must end cleanly, and nothing may leak, escape or be run."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from pipeline.errors import ManifestError
from pipeline.runtime import Assets
from tests.cases_support import planted
from tests.cases_support.case import Case, content
from tests.cases_support.decisions import POLICIES
from tests.cases_support.project import configure, prepare, snapshot
from tests.sites import Site

SECRET = b"TOP-SECRET-7f3a91"
MEGABYTE = 1_000_000
Done = subprocess.CompletedProcess[str]


def check(case: Case, site: Site) -> None:
    """Run the command on a project laid out as the case says, and look for every expectation."""
    _lay_out(case, site)
    if case.get("planted_cache"):
        _run(case, site)
        planted.plant(site)
    if links := case.get("out_symlinks"):
        _plant_links(case, site, links)
    before = snapshot(site.folder, *_written(site))
    done = _run(case, site)
    if case["level"] == "policy":
        assert POLICIES[case.id].error in done.stderr
    for expected in case["expect"]:
        name, _, argument = expected.partition(":")
        CHECKS[name](case, site, done, before, argument)


def _lay_out(case: Case, site: Site) -> None:
    if case.get("src_inside_out"):
        configure(site, case, sources=["out/src"])
        site.write(case.files, below="out/src")
    elif case.get("out_is_src"):
        prepare(site, case, output="src")
        site.output = site.folder / "src"
    elif "config" in case.data:
        declared = case["config"]
        path = "ok.css" if declared.get("output_is_source") else declared.get("output", "bundle.css")
        prepare(site, case, bundles={path: declared.get("inputs", ["ok.css"])})
    else:
        prepare(site, case)
    for folder in (".", "outside"):
        site.write({path: content(value) for path, value in case["outside"].items()}, below=folder)
    site.write({"victim.txt": "untouched"}, below="outside")
    site.write({path: content(value) for path, value in case.get("sibling", {}).items()}, below=".")
    for path, target in case.get("symlinks", {}).items():
        (site.folder / "src" / path).symlink_to(_target(site, target))


def _target(site: Site, target: str) -> Path:
    return site.folder / target[1:] if target.startswith("@outside") else Path(target)


def _plant_links(case: Case, site: Site, links: Mapping[str, str]) -> None:
    """Put links where the build will write; a first build tells where that is."""
    _run(case, site)
    for place, target in links.items():
        path = place.removeprefix("@asset:")
        names = {"@manifest": "manifest.json", f"@asset:{path}": site.manifest[path].file if path in case.files else ""}
        file = site.output / names.get(place, place)
        file.rename(file.with_name("aside"))
        file.symlink_to(_target(site, target))


def _written(site: Site) -> tuple[str, str]:
    return site.output.relative_to(site.folder).parts[0], ".pipeline-cache"


def _run(case: Case, site: Site) -> Done:
    """The command; whatever happens, it is no crash and no hang."""
    done = site.run("build", timeout=case.get("timeout", 60))
    assert done.returncode in {0, 1, 2}, done.stderr
    assert "Traceback" not in done.stderr
    return done


def _no_secret(_case: Case, site: Site, done: Done, _before: object, _argument: str) -> None:
    assert [file for file, data in snapshot(site.output).items() if SECRET in _bytes(data)] == []
    assert SECRET.decode() not in done.stdout + done.stderr


def _no_write_outside(_case: Case, site: Site, _done: Done, before: object, _argument: str) -> None:
    assert snapshot(site.folder, *_written(site)) == before
    assert sorted(file.name for file in site.folder.parent.iterdir()) == [site.folder.name]


def _victim_untouched(case: Case, site: Site, done: Done, _before: object, _argument: str) -> None:
    assert (site.folder / "outside/victim.txt").read_text() == "untouched"
    assert done.returncode == 0
    for path in case.files:
        file = site.output / site.manifest[path].file
        assert not file.is_symlink()
        assert file.read_bytes() == case.files[path]


def _sources_untouched(case: Case, site: Site, _done: Done, _before: object, _argument: str) -> None:
    site.run("clean")
    below = site.output / "src" if case.get("src_inside_out") else site.folder / "src"
    assert snapshot(below) == case.files


def _clean_error(_case: Case, _site: Site, done: Done, _before: object, _argument: str) -> None:
    assert done.returncode in {1, 2}
    assert done.stderr.startswith("error: ")


def _terminates(case: Case, site: Site, done: Done, _before: object, _argument: str) -> None:
    assert done.returncode == 0
    for path in case.files:
        assert path in site.manifest.entries


def _terminates_clean(_case: Case, _site: Site, done: Done, _before: object, _argument: str) -> None:
    assert done.returncode == 0 or done.stderr.startswith("error: ")


def _no_raw_escape(_case: Case, _site: Site, done: Done, _before: object, _argument: str) -> None:
    text = done.stdout + done.stderr
    assert "\x1b" not in text
    assert [line for line in text.splitlines() if line.lstrip().startswith("OK: build passed")] == []


def _verbatim(case: Case, site: Site, done: Done, _before: object, argument: str) -> None:
    assert done.returncode == 0
    assert argument in "".join(site.text(path) for path in case.files if path.endswith(".css"))


def _no_pwned(_case: Case, site: Site, done: Done, _before: object, _argument: str) -> None:
    assert [*site.folder.rglob("pwned")] == []
    assert done.returncode == 0


def _output_under(_case: Case, site: Site, _done: Done, _before: object, argument: str) -> None:
    assert sum(map(len, site.files().values())) < int(argument) * MEGABYTE


def _no_js_url(case: Case, site: Site, _done: Done, _before: object, _argument: str) -> None:
    """An app that reads a manifest which somebody else could write never shows a URL that runs a script."""
    file = site.output / "manifest.json"
    right = json.loads(file.read_bytes())
    for field in ("url", "file"):
        tree = json.loads(file.read_bytes())
        for path, value in case["manifest_patch"].items():
            tree["assets"][path][field] = value
        file.write_text(json.dumps(tree))
        for base_url in ("/static/", ""):
            assert [path for path in case["manifest_patch"] if not _harmless(file, base_url, path)] == []
        file.write_text(json.dumps(right))


def _harmless(manifest: Path, base_url: str, path: str) -> bool:
    try:
        return urlsplit(Assets.load(manifest, base_url).url(path)).scheme == ""
    except ManifestError:
        return True


def _bytes(data: bytes | str) -> bytes:
    return data if isinstance(data, bytes) else data.encode()


CHECKS: Mapping[str, Callable[[Case, Site, Done, object, str], None]] = {
    "no_secret": _no_secret,
    "no_secret_or_documented": _no_secret,
    "no_write_outside": _no_write_outside,
    "victim_untouched": _victim_untouched,
    "sources_untouched": _sources_untouched,
    "clean_error": _clean_error,
    "terminates": _terminates,
    "terminates_clean": _terminates_clean,
    "no_raw_escape_in_output": _no_raw_escape,
    "verbatim": _verbatim,
    "no_pwned": _no_pwned,
    "output_under_mb": _output_under,
    "no_js_url": _no_js_url,
}
