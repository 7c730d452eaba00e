from __future__ import annotations

import json
import os
import time

import pytest

from tests.npm.packages import BROKEN


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '"x"',
        "null",
        '{"exports": }',
        '{"a": NaN}',
        '{"a": -Infinity}',
        "{'a': 1}",
        '{"a": 1' + "0" * 5000 + "}",
    ],
)
def test_broken_json_is_refused(install, refused, text):
    install("lib", text, ["index.js"])
    assert refused("lib").startswith(BROKEN)


def test_a_package_json_that_is_no_utf8_is_refused(install, refused):
    home = install("lib", None, ["index.js"])
    (home / "package.json").write_bytes(b'{"main": "\xff"}')
    assert refused("lib").startswith(BROKEN)


def test_a_byte_order_mark_is_no_part_of_the_json(install, resolve):
    install("lib", "\ufeff" + json.dumps({"exports": "./a.js"}), ["a.js"])
    assert resolve("lib") == "lib/a.js"


@pytest.mark.parametrize(
    "nested", ["[" * 100_000, '{"a":' * 100_000, '{"exports":' + "[" * 900 + '"./a.js"' + "]" * 900 + "}"]
)
def test_deep_nesting_is_refused(install, refused, nested):
    install("lib", nested, ["a.js"])
    assert "it is nested deeper than 64" in refused("lib")


def test_brackets_in_strings_are_no_nesting(install, resolve):
    install("lib", {"description": '\\"' + "[{" * 1000, "exports": "./a.js"}, ["a.js"])
    assert resolve("lib") == "lib/a.js"


def test_a_package_json_without_end_is_refused(install, refused):
    install("lib", '{"exports": "./a.js", "a": "' + "x" * 5_000_000 + '"}', ["a.js"])
    assert "it has more than 4194304 bytes" in refused("lib")


def test_hostile_exports_take_linear_time(install, refused):
    patterns = {f"./{'a' * (number % 50)}*{number}": "./a.js" for number in range(100_000)}
    install("lib", {"exports": patterns}, ["a.js"])
    begin = time.process_time()
    refused("lib/" + "a" * 1500)
    assert time.process_time() - begin < 3


@pytest.mark.parametrize("text", ['"' + '\\"' * 1_000_000, "\\" * 2_000_000, '""' * 1_000_000, "[]" * 1_000_000])
def test_a_hostile_package_json_takes_linear_time(install, refused, text):
    install("lib", text, ["a.js"])
    begin = time.process_time()
    assert refused("lib").startswith(BROKEN)
    assert time.process_time() - begin < 3


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_cannot_be_read_is_refused(install, refused):
    home = install("lib", {"exports": "./a.js"}, ["a.js"])
    (home / "a.js").chmod(0)
    assert "cannot be read" in refused("lib")
