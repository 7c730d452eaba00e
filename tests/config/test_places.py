"""Where JSON files have references: the table ``json``."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.config import describe, validate
from pipeline.config.places import steps
from pipeline.references import EVERYWHERE
from tests.config.configurations import configured, declared, errors_of


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("cover", ("cover",)),
        ("photos.*.src", ("photos", None, "src")),
        ("photos.0.$ref", ("photos", "0", "$ref")),
        ('"a.b"."*".""', ("a.b", "*", "")),
        ("*.*", (None, None)),
        ("größe x.y", ("größe x", "y")),
        ("**", EVERYWHERE),
    ],
)
def test_a_place_is_keys_between_dots(place: str, expected: object) -> None:
    assert steps(place) == expected


def test_globs_have_places(tmp_path: Path) -> None:
    config = configured(tmp_path, '[json]\n"data/*.json" = ["photos.*.src", "cover"]\n"*.gltf" = ["**"]')
    assert config.json == (("data/*.json", (("photos", None, "src"), ("cover",))), ("*.gltf", (EVERYWHERE,)))


def test_none_are_shown_as_such_and_the_environment_can_give_some(tmp_path: Path) -> None:
    settings = declared(tmp_path, 'sources = ["assets"]')
    assert ("json", {}, "default") in describe(settings, validate(settings))
    settings = declared(tmp_path, 'sources = ["assets"]', {"PIPELINE_JSON": '{ "a.json" = ["b"] }'})
    assert validate(settings).json == (("a.json", (("b",),)),)
    assert ('json."a.json"', ["b"], "environment PIPELINE_JSON") in describe(settings, validate(settings))


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('"a.json" = "b"', '3:1: \'json."a.json"\' must be a list of strings, not a string; write ["b"]'),
        ('"a.json" = []', '3:1: \'a.json\' has no places; name some: ["photos.*.src"], or ["**"] for all strings'),
        ('"a.json" = ["b", 1]', "3:18: item 2 of 'json.\"a.json\"' must be a string, not an integer"),
        ('"a.json" = ["a..b"]', "3:13: the place 'a..b' must be keys between dots, such as 'photos.*.src'"),
        ('"a.json" = [""]', "3:13: the place '' must be keys between dots"),
        ('"a.json" = ["b."]', "3:13: the place 'b.' must be keys between dots"),
        ('"a.json" = ["b[0]"]', "3:13: the place 'b[0]' must be keys between dots"),
        (
            '"a.json" = ["a.**"]',
            "3:13: the place 'a.**' has '**' among its steps: '*' is any key, and '**' stands alone",
        ),
        ('"a.json" = ["***"]', "3:13: the place '***' has '***' among its steps"),
        ('"a.json" = ["a*.b"]', "3:13: the place 'a*.b' must be keys between dots"),
        ('"!a.json" = ["b"]', "3:1: the glob '!a.json' would only take away from others"),
        ('"[z-a]" = ["b"]', "3:1: the glob '[z-a]' cannot be understood"),
        ('"*.webmanifest" = ["b"]', "3:1: the references of all '*.webmanifest' files are followed already"),
    ],
)
def test_a_mistake_has_its_place_and_a_remedy(tmp_path: Path, line: str, message: str) -> None:
    (error,) = errors_of(declared(tmp_path, f'sources = ["assets"]\n[json]\n{line}'))
    assert error.startswith(f"pipeline.toml:{message}")


def test_json_must_be_a_table(tmp_path: Path) -> None:
    (error,) = errors_of(declared(tmp_path, 'sources = ["assets"]\njson = ["*.json"]'))
    assert error.startswith("pipeline.toml:2:1: 'json' must be a table, not a list")
