from __future__ import annotations

import json
from dataclasses import replace
from importlib.resources import files

import jsonschema
import pytest

from pipeline.asset import AssetPath
from pipeline.errors import ManifestError
from pipeline.manifest import Entry, Manifest, Variant, digest_of, integrity_of
from pipeline.manifest.lines import Entries

SRI = integrity_of("ab" * 32)
ENTRY = Entry(
    file="css/site-3f2a.css",
    url="css/site-3f2a.css",
    size=3,
    type="text/css; charset=utf-8",
    integrity=SRI,
    references=(AssetPath("img/ü.png"),),
    variants={"gzip": Variant("css/site-3f2a.css.gz", 2, SRI)},
)
HOSTILE = [
    ("url", "javascript:alert(1)"),
    ("url", "//evil.example/x.css"),
    ("url", "../x.css"),
    ("url", "x/../x.css"),
    ("url", "x//x.css"),
    ("url", 'x.css"onload="'),
    ("url", "x.css?v=zz"),
    ("url", ".."),
    ("url", "..?v=12"),
    ("url", 3),
    ("file", "../../etc/passwd"),
    ("file", "a/../../etc/passwd"),
    ("file", "/etc/passwd"),
    ("file", ""),
    ("file", "a\0b"),
    ("size", -1),
    ("size", "3"),
    ("size", True),
    ("size", 3.5),
    ("type", "text/css\r\nSet-Cookie: a=b"),
    ("integrity", "sha256-x"),
    ("references", ["../x"]),
    ("references", ["x", "y/./x"]),
    ("references", [3]),
    ("variants", {"gzip": {"file": "../x", "size": 1, "integrity": SRI}}),
    ("variants", {"gzip": {"file": "x", "size": -1, "integrity": SRI}}),
    ("variants", {"gzip": {"file": "x", "size": 1, "integrity": "sha256-x"}}),
    ("variants", []),
]
MANIFEST = Manifest({AssetPath("css/site.css"): ENTRY, AssetPath("a.css"): ENTRY})


def test_a_manifest_reads_back_as_it_was_written():
    assert Manifest.from_json(MANIFEST.to_json()) == MANIFEST


def test_an_integrity_may_have_any_characters_of_base_64():
    sri = integrity_of("ff" * 32)
    assert "//" in sri
    manifest = Manifest({AssetPath("a"): Entry("a", "a", 1, "text/css", sri)})
    assert Manifest.from_json(manifest.to_json()) == manifest


def test_it_is_sorted_and_ends_in_one_newline():
    text = MANIFEST.to_json().decode()
    assert [*json.loads(text)["assets"]] == ["a.css", "css/site.css"]
    assert text.endswith("}\n")
    assert not text.endswith("\n\n")
    assert Manifest({}).to_json() == b'{\n  "version": 1,\n  "assets": {\n\n  }\n}\n'


def test_it_is_valid_by_the_schema_that_ships_with_the_package():
    schema = json.loads(files("pipeline").joinpath("manifest.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads(MANIFEST.to_json()), schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"version": 2, "assets": {}}, schema)


def test_an_integrity_holds_the_whole_digest():
    assert digest_of(SRI) == "ab" * 32


def test_an_unknown_asset_is_named_with_the_nearest_one():
    with pytest.raises(ManifestError, match=r"no asset 'css/sit.css' in the manifest; did you mean 'css/site.css'\?"):
        MANIFEST["css/sit.css"]


SIMPLE = replace(ENTRY, references=(AssetPath("b.png"), AssetPath("c/d.png")))
PLAIN = Manifest({AssetPath("a.css"): SIMPLE, AssetPath("b.css"): SIMPLE})
"""One in ASCII, every line of which is judged as text."""


def as_written(tree):
    """A manifest in the form of `Manifest.to_json`, an asset a line, whatever stands in it."""
    lines = ",\n".join("    " + json.dumps({path: entry})[1:-1] for path, entry in tree["assets"].items())
    return f'{{\n  "version": 1,\n  "assets": {{\n{lines}\n  }}\n}}\n'.encode()


@pytest.mark.parametrize("written", [lambda tree: json.dumps(tree).encode(), as_written], ids=["any form", "by lines"])
@pytest.mark.parametrize(("change", "value"), HOSTILE)
def test_S14_a_manifest_with_hostile_values_is_refused(change, value, written):
    tree = json.loads(PLAIN.to_json())
    assert Manifest.from_json(written(tree)) == PLAIN
    tree["assets"]["a.css"][change] = value
    with pytest.raises(ManifestError, match="is not a manifest"):
        Manifest.from_json(written(tree))


@pytest.mark.parametrize("path", ["../x", "/x", "x//y", "x/.", ".", "..", "", "a\0b", "./x"])
def test_S14_a_path_that_could_not_be_one_is_refused(path):
    tree = json.loads(PLAIN.to_json())
    tree["assets"][path] = tree["assets"]["a.css"]
    with pytest.raises(ManifestError, match="is not a manifest"):
        Manifest.from_json(as_written(tree))


@pytest.mark.parametrize(
    "path", ["ü/ö.css", 'a"b.css', "a\\b.css", "a:b.css", "a\tb.css", "...", "a b#c?d%.css", "雪.css"]
)
def test_a_manifest_with_names_of_any_kind_says_the_same_in_any_form(path):
    manifest = Manifest({AssetPath(path): ENTRY, AssetPath("a.css"): replace(ENTRY, file=path, references=(path,))})
    data = manifest.to_json()
    assert Manifest.from_json(data) == Manifest.from_json(json.dumps(json.loads(data)).encode()) == manifest


def test_lines_as_the_build_writes_them_are_not_taken_apart_before_they_are_asked_for():
    assert as_written(json.loads(PLAIN.to_json())) == PLAIN.to_json()
    entries = Manifest.from_json(PLAIN.to_json()).entries
    assert isinstance(entries, Entries)
    assert entries._made == {}
    assert entries[AssetPath("a.css")] is entries[AssetPath("a.css")]
    assert entries._made == {"a.css": SIMPLE}


def test_names_are_normalised_however_they_are_written():
    data = Manifest({AssetPath("u\u0308.css"): replace(ENTRY, file="u\u0308.css")}).to_json()
    for each in (data, json.dumps(json.loads(data)).encode()):
        manifest = Manifest.from_json(each)
        assert manifest["ü.css"].file == "ü.css"
        assert manifest.urls() == {"ü.css": ENTRY.url}


def test_what_json_says_twice_counts_as_json_has_it():
    tail = b',\n  "assets": {"b.css": %b}\n}\n' % json.dumps(json.loads(MANIFEST.to_json())["assets"]["a.css"]).encode()
    data = MANIFEST.to_json().removesuffix(b"\n}\n") + tail
    assert [*json.loads(data)["assets"]] == [*Manifest.from_json(data).entries] == ["b.css"]


@pytest.mark.parametrize("between", [b", ", b",\n\n", b"\n,"])
def test_lines_may_be_broken_otherwise(between):
    assert Manifest.from_json(MANIFEST.to_json().replace(b"}},\n", b"}}" + between)) == MANIFEST


@pytest.mark.parametrize("between", [b"", b",,\n", b"x,\n", b"},\n", b",\n]\n"])
def test_lines_that_are_no_json_are_refused(between):
    with pytest.raises(ManifestError, match="is not a manifest"):
        Manifest.from_json(MANIFEST.to_json().replace(b"}},\n", b"}}" + between))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0" * 8,
        b"not json",
        b"[]",
        b"3",
        b'{"version": 1}',
        b'{"version": 1, "assets": []}',
        b"[" * 100_000,
        b"\xff",
    ]
    + [b'{"version": 1, "assets": {"../x": {}}}', b'{"version": 1, "paths": {"a.css": "a.']
    + [b'{"version": 2, "assets": {}}'],
)
def test_what_is_no_manifest_of_this_version_is_an_error_that_says_so(data):
    with pytest.raises(ManifestError, match=r"^manifest.json: (is not a manifest|has version)"):
        Manifest.from_json(data)


@pytest.mark.parametrize("path", ["css/a.css", "cs\u00e9/\u00fc.css", 'a"b.css'])
def test_a_manifest_that_was_read_is_written_the_same_and_glances_tell_what_entries_do(path: str) -> None:
    entries = {
        AssetPath(path): Entry(
            path, "a.css", 3, "text/css; charset=utf-8", SRI, (AssetPath("img/[a].png"), AssetPath(path))
        ),
        AssetPath("z"): Entry("z-0", "z-0", 0, "text/plain", SRI),
    }
    data = Manifest(entries).to_json()
    found = Manifest.from_json(data)
    assert found.to_json() == data
    for each, entry in entries.items():
        file, references = found.glance(each)
        assert (file, [*references]) == (entry.file, [*entry.references])
    edited = {AssetPath("z"): Entry("z-1", "z-1", 1, "text/plain", SRI)}
    assert found.followed_by(edited, {}).to_json() == Manifest({**entries, **edited}).to_json()


@pytest.mark.parametrize("odd", ['"', "\\", "é", "\u2028", "😀", "a b", "\x7f", "{0}", "%"])
def test_an_entry_is_written_as_json_writes_it(odd: str) -> None:
    path = AssetPath(f"a/{odd}.css")
    variants = {"gzip": Variant(f"{path}.gz", 7, "sha256-x"), "br": Variant(f"{path}.br", 5, "sha256-y")}
    entry = Entry(path, f"{odd}?v=1", 12, f"text/{odd}", "sha256-z", (AssetPath("b.png"), path), variants)
    written = Manifest({path: entry}).to_json().decode()
    plain = {
        "file": path,
        "url": entry.url,
        "size": 12,
        "type": entry.type,
        "integrity": "sha256-z",
        "references": ["b.png", path],
        "variants": {
            "br": {"file": f"{path}.br", "size": 5, "integrity": "sha256-y"},
            "gzip": {"file": f"{path}.gz", "size": 7, "integrity": "sha256-x"},
        },
    }
    assert f"    {json.dumps({path: plain}, ensure_ascii=False)[1:-1]}\n" in written
