from __future__ import annotations

import json
from importlib.resources import files

import jsonschema
import pytest

from pipeline.asset import AssetPath
from pipeline.errors import ManifestError
from pipeline.manifest import Entry, Manifest, Variant, digest_of, integrity_of

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


@pytest.mark.parametrize(
    ("change", "value"),
    [
        ("url", "javascript:alert(1)"),
        ("url", "//evil.example/x.css"),
        ("url", "../x.css"),
        ("url", 'x.css"onload="'),
        ("url", "x.css?v=zz"),
        ("url", 3),
        ("file", "../../etc/passwd"),
        ("file", "/etc/passwd"),
        ("file", ""),
        ("file", "a\0b"),
        ("size", -1),
        ("size", "3"),
        ("type", "text/css\r\nSet-Cookie: a=b"),
        ("integrity", "sha256-x"),
        ("references", ["../x"]),
        ("variants", {"gzip": {"file": "../x", "size": 1, "integrity": SRI}}),
        ("variants", []),
    ],
)
def test_S14_a_manifest_with_hostile_values_is_refused(change, value):
    tree = json.loads(MANIFEST.to_json())
    tree["assets"]["a.css"][change] = value
    with pytest.raises(ManifestError, match="is not a manifest"):
        Manifest.from_json(json.dumps(tree).encode())


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
