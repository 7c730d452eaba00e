"""What every compressor promises; a new module of the set is picked up by itself."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import fields

import pytest

from pipeline.compressors import Compressor
from pipeline.engine import plugins
from pipeline.media_types import media_type
from tests.tools import require_tool

PACKAGE = "pipeline.compressors"
TOOLS = {"gzip": "gzip", "br": "brotli", "zstd": "zstd"}
"""Which program of the system reads an encoding."""
TEXT = b".abc{color:#123456}\n" * 400
SAMPLES = {
    "nothing": b"",
    "a byte": b"x",
    "text": TEXT,
    "noise": random.Random(1).randbytes(70_000),
    "more than a window": TEXT * 1200 + random.Random(2).randbytes(100_000),
}


@pytest.fixture(params=plugins.members(PACKAGE))
def compressor(request) -> Compressor:
    made: Compressor = plugins.make(PACKAGE, request.param, {})
    return made


@pytest.mark.parametrize("sample", SAMPLES)
def test_what_was_compressed_comes_back(compressor, sample):
    data = SAMPLES[sample]
    assert compressor.restore(compressor(data), len(data)) == data


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_tool_of_the_system_reads_it(compressor, sample, tmp_path):
    program = require_tool(TOOLS[compressor.encoding])
    packed = tmp_path / f"file{compressor.suffix}"
    packed.write_bytes(compressor(SAMPLES[sample]))
    run = subprocess.run([program, "-dc", str(packed)], capture_output=True, check=False)
    assert (run.returncode, run.stderr) == (0, b"")
    assert run.stdout == SAMPLES[sample]


def test_another_process_and_another_thread_make_the_same_bytes(compressor):
    made: list[bytes] = []
    workers = [threading.Thread(target=lambda: made.append(compressor(TEXT))) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    name = type(compressor).__module__
    code = f"import sys; from {name} import *; sys.stdout.buffer.write({compressor!r}(sys.stdin.buffer.read()))"
    other = subprocess.run([sys.executable, "-c", code], input=TEXT, capture_output=True, check=True).stdout
    assert {*made, compressor(TEXT)} == {other}


@pytest.mark.parametrize("size", [0, len(TEXT) - 1])
def test_a_copy_of_something_larger_is_an_error(compressor, size):
    with pytest.raises(ValueError, match="cut off, or holds more"):
        compressor.restore(compressor(TEXT), size)


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[:-1],
        lambda data: data[: len(data) // 2],
        lambda data: data + b"x",
        lambda data: data + data,
        lambda data: b"\xff\xff" + data,
    ],
)
def test_damage_is_an_error(compressor, damage):
    with pytest.raises(ValueError, match=r"\w"):
        compressor.restore(damage(compressor(TEXT)), len(TEXT))


def test_a_flipped_bit_is_an_error_or_gives_bytes_that_are_no_more(compressor):
    packed = compressor(TEXT)
    for at in range(len(packed) * 8):
        damaged = bytearray(packed)
        damaged[at // 8] ^= 1 << at % 8
        with suppress(ValueError):
            assert len(compressor.restore(bytes(damaged), len(TEXT))) <= len(TEXT)


def test_what_holds_more_than_it_should_is_not_unpacked_further(compressor):
    bomb = compressor(bytes(120_000_000))
    code = (
        f"import resource, sys; from {type(compressor).__module__} import *; unpack = {compressor!r}.restore\n"
        "data = sys.stdin.buffer.read(); before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "try: unpack(data, 10)\n"
        "except ValueError: print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)"
    )
    run = subprocess.run([sys.executable, "-c", code], input=bomb, capture_output=True, check=True)
    assert int(run.stdout) < 50_000  # kB; a window may be as large as 16 MB


def test_options_have_limits_and_the_best_is_no_larger_than_the_worst(compressor):
    ((name, best),) = [(field.name, sys.modules[type(compressor).__module__].BEST) for field in fields(compressor)]
    make = type(compressor)
    assert len(make(**{name: best})(TEXT)) <= len(make(**{name: 1})(TEXT))
    for wrong in (-1, best + 1):
        with pytest.raises(ValueError, match=f"{name} must be "):
            make(**{name: wrong})


def test_its_suffix_is_known_so_that_its_files_are_not_compressed_again(compressor):
    assert media_type(f"a.css{compressor.suffix}").startswith("application/")
