"""Verify finds whatever is not as it was published, down to one bit."""

from __future__ import annotations

import gzip
import hashlib
import json
import random
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import ManifestError
from pipeline.manifest import Manifest
from tests.sites import Site

CONFIG = 'sources = ["src"]\noutput = "out"\nminify = false\ncompress = ["gzip"]\n'
LONG = "a { color: red }\n" * 300


def complaint(site: Site) -> str:
    """What verify has to say, also if it cannot even begin."""
    try:
        return "\n".join(site.verify())
    except ManifestError as error:
        return str(error)


def two_releases(site: Site) -> None:
    site.configure(CONFIG)
    site.write({"a.css": LONG, "b.bin": b"\0\1\2" * 100, "c.css": "@import 'a.css';", "empty.txt": ""})
    site.publish()
    site.write({"a.css": LONG * 2, "d.css": "d{}"})
    site.publish()
    assert site.verify() == []


def files(site: Site) -> list[Path]:
    return sorted(file for file in site.output.rglob("*") if file.is_file() and file.name != "lock")


def places(size: int, chance: random.Random) -> list[int]:
    """Every seventh byte of the first and last three hundred, and some between."""
    ends = {*range(0, min(size, 300), 7), *range(max(0, size - 300), size, 7)}
    return sorted(ends | {chance.randrange(size) for _ in range(10)}) if size else []


def test_a_flipped_bit_anywhere_in_the_output_is_found(site: Site) -> None:
    two_releases(site)
    chance = random.Random(7)  # repeatable, nothing secret
    missed, tried = [], 0
    for file in files(site):
        whole = file.read_bytes()
        for place in places(len(whole), chance):
            damaged = bytearray(whole)
            damaged[place] ^= 1 << chance.randrange(8)
            file.write_bytes(damaged)
            tried += 1
            if not complaint(site):
                missed.append((file.name, place))
        file.write_bytes(whole)
    assert missed == []
    assert tried > 500
    assert site.verify() == []


@pytest.mark.parametrize("change", [lambda data: data[:-1], lambda data: data + b"\0", lambda _: b""])
def test_a_file_that_is_too_short_or_too_long_is_found(site: Site, change: Any) -> None:
    two_releases(site)
    for file in files(site):
        whole = file.read_bytes()
        if change(whole) != whole:
            file.write_bytes(change(whole))
            assert complaint(site), file
            file.write_bytes(whole)


def test_a_missing_file_is_found_and_a_build_brings_back_those_of_the_current_release(site: Site) -> None:
    two_releases(site)
    for file in files(site):
        if file.name == "manifest.json":
            continue
        whole = file.read_bytes()
        file.unlink()
        assert complaint(site), file
        if file.relative_to(site.output).as_posix() in site.manifest.files():
            site.publish()
            assert file.read_bytes() == whole
            assert site.verify() == []
        file.write_bytes(whole)


def test_a_link_to_the_right_bytes_is_no_published_file(site: Site) -> None:
    two_releases(site)
    file = site.output / site.manifest["b.bin"].file
    file.rename(site.folder / "moved")
    file.symlink_to(site.folder / "moved")
    assert site.verify() == [f"{file.name}: is missing, or is not a regular file"]


def with_manifest(site: Site, change: Any) -> None:
    """Put another manifest in the place of the published one, and on record, as if it had been published."""
    tree = json.loads((site.output / "manifest.json").read_bytes())
    change(tree["assets"])
    data = Manifest.from_json(json.dumps(tree).encode()).to_json()
    (site.output / "manifest.json").write_bytes(data)
    (site.output / f".pipeline/releases/{hashlib.sha256(data).hexdigest()}.json").write_bytes(data)


def variant(site: Site, content: bytes) -> None:
    """Say that ``content`` is the compressed copy of ``a.css``."""
    entry = site.manifest["a.css"].variants["gzip"]
    (site.output / entry.file).write_bytes(content)
    from pipeline.manifest import integrity_of

    right = {"file": entry.file, "size": len(content), "integrity": integrity_of(hashlib.sha256(content).hexdigest())}
    with_manifest(site, lambda assets: assets["a.css"]["variants"].update(gzip=right))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (gzip.compress(b"other"), "is not a compressed copy of"),
        (gzip.compress(LONG.encode() * 2)[:-1], "cannot be uncompressed: is cut off, or holds more than it should"),
        (gzip.compress(LONG.encode() * 2) + b"x", "cannot be uncompressed: is cut off, or holds more than it should"),
        (gzip.compress(LONG.encode() * 9), "cannot be uncompressed: is cut off, or holds more than it should"),
        (b"no gzip", "cannot be uncompressed: Error -3"),
        (b"", "cannot be uncompressed: is cut off"),
    ],
    ids=["other", "cut off", "a byte more", "repeated", "no gzip", "empty"],
)
def test_a_variant_that_is_no_copy_is_found_even_if_the_manifest_agrees(site: Site, content: Any, message: str) -> None:
    two_releases(site)
    variant(site, content)
    (found,) = site.verify()
    assert f"{site.manifest['a.css'].variants['gzip'].file}: {message}" in found


def test_a_type_and_a_reference_that_cannot_be_are_found(site: Site) -> None:
    two_releases(site)
    with_manifest(site, lambda assets: assets["a.css"].update(type="text/html", references=["gone.css"]))
    assert site.verify() == [
        "a.css: has the type 'text/html' in the manifest, not 'text/css; charset=utf-8'",
        "a.css: points at 'gone.css', which is not in the manifest",
    ]


def test_a_manifest_that_is_not_on_record_is_found(site: Site) -> None:
    two_releases(site)
    (site.output / "manifest.json").write_bytes(Manifest({}).to_json())
    assert site.verify() == ["manifest.json: is not the manifest that was published"]


def test_a_manifest_in_another_form_is_found(site: Site) -> None:
    two_releases(site)
    (site.output / "manifest.json").write_text(json.dumps(json.loads((site.output / "manifest.json").read_text())))
    assert site.verify() == ["manifest.json: is not the manifest that was published"]


@pytest.mark.parametrize("content", [None, b"", b"{}", b"[1]", b"\xff", b'{"version": 2}', b"[" * 100_000])
def test_without_a_manifest_there_is_nothing_to_verify(site: Site, content: Any) -> None:
    site.output.mkdir()
    if content is not None:
        (site.output / "manifest.json").write_bytes(content)
    with pytest.raises(ManifestError, match=r"manifest\.json: (cannot be read|is not a manifest|has version)"):
        site.verify()


@pytest.mark.parametrize("style", ["plain", "query", "rewrite", "fingerprint"])
def test_every_style_verifies_through_changes_of_names_sizes_and_compression(site: Site, style: str) -> None:
    base = CONFIG + f'[naming]\nstyle = "{style}"\nkeep = ["robots.txt"]\n'
    steps = [
        (base, {"a.css": LONG, "robots.txt": "one" * 100}),
        (base, {"a.css": "a{}", "robots.txt": "two" * 100}),
        (base.replace('"gzip"', ""), {"a.css": LONG, "robots.txt": "two" * 100}),
        (base, {"a.css": LONG, "new.css": LONG, "robots.txt": ""}),
        (base.replace('"robots.txt"', ""), {"a.css": LONG + "b{}", "robots.txt": "3" * 100}),
        (base, {"a.css": LONG, "robots.txt": "one" * 100}),
    ]
    for config, sources in steps:
        site.configure(config)
        site.write(sources)
        site.publish()
        assert site.verify() == []
        assert site.publish().written == ()
