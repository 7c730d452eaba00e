from __future__ import annotations

import gzip
import random
import subprocess
from pathlib import Path

import pytest

import pipeline
from pipeline.compressors.gzip import Gzip
from pipeline.errors import ConfigError
from tests.sites import messages
from tests.tools import require_tool

HEAD = 'sources=["src"]\noutput="out"\nminify=false\n'
RULES = ".abc{color:#123456}\n" * 400


def test_a_variant_is_a_whole_gzip_file_of_exactly_the_served_bytes(site):
    site.write({"a.css": RULES})
    site.configure(HEAD)
    site.publish()
    entry = site.manifest["a.css"]
    variant = entry.variants["gzip"]
    packed = (site.output / variant.file).read_bytes()
    assert variant.file == f"{entry.file}.gz"
    assert (variant.size, gzip.decompress(packed)) == (len(packed), RULES.encode())


def test_N7_the_header_of_a_gzip_file_holds_no_time_and_no_name():
    header = Gzip()(RULES.encode())[:10]
    assert header[:3] == b"\x1f\x8b\x08"
    assert header[3:8] == b"\0" * 5


def test_a_variant_is_kept_only_if_it_saves_five_percent_and_only_for_types_that_compress(site):
    noise = random.Random(1).randbytes(4000)
    contents = {
        "tiny.css": "a{}",
        "empty.css": "",
        "noise.bin": noise,
        "zeros.png": bytes(4000),
        "zeros.bin": bytes(4000),
    }
    site.write(contents)
    site.configure(HEAD)
    site.publish()
    assert {path for path, entry in site.manifest.entries.items() if entry.variants} == {"zeros.bin"}


def test_no_variants_are_made_if_none_are_wanted(site):
    site.write({"a.css": RULES})
    site.configure(f"{HEAD}compress=[]")
    site.publish()
    assert site.files().keys() == {"manifest.json", site.manifest["a.css"].file}


def test_the_level_is_an_option_with_limits():
    text = RULES.encode() + random.Random(1).randbytes(100)
    assert len(Gzip(level=12)(text)) <= len(Gzip(level=1)(text))
    for level in (-1, 13):
        with pytest.raises(ValueError, match="level must be 1 to 12"):
            Gzip(level=level)


def test_a_wrong_option_of_a_compressor_is_a_configuration_error(site):
    site.configure(f'{HEAD}compress=[{{use="gzip", level=99}}]')
    with pytest.raises(ExceptionGroup) as caught:
        site.config()
    assert caught.group_contains(ConfigError)
    (message,) = messages(caught.value)
    assert message.startswith("pipeline.toml:4:")
    assert "level must be 1 to 12" in message


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[:-1],
        lambda data: data + b"x",
        lambda data: b"x" + data,
        lambda data: data[:20] + b"\0" + data[21:],
    ],
)
def test_damaged_gzip_is_an_error(damage):
    text = RULES.encode()
    with pytest.raises(ValueError, match=r"Error|cut off"):
        Gzip().restore(damage(Gzip()(text)), len(text))


def test_N6_a_gzip_file_that_holds_more_than_it_should_is_not_unpacked_further():
    with pytest.raises(ValueError, match="holds more than it should"):
        Gzip().restore(Gzip()(bytes(50_000_000)), 10)
    assert Gzip().restore(Gzip()(b""), 0) == b""


def test_F14_a_copy_compressed_by_hand_never_serves_as_a_variant(site):
    site.write({"x.js": RULES, "x.js.gz": gzip.compress(b"old")})
    site.configure(HEAD)
    site.publish()
    entries = site.manifest.entries
    assert entries["x.js.gz"].file != entries["x.js"].variants["gzip"].file
    assert gzip.decompress((site.output / entries["x.js"].variants["gzip"].file).read_bytes()) == RULES.encode()
    site.configure(f'{HEAD}[naming]\nstyle="plain"')
    with pytest.raises(ExceptionGroup) as caught:
        site.build()
    (message,) = messages(caught.value)
    assert message.startswith("'x.js.gz' is also the name of a compressed copy of 'x.js'; exclude the one")


def test_a_name_that_leaves_no_room_for_a_suffix_has_no_variant(site):
    site.write({"n" * 255: RULES})
    site.configure(f'{HEAD}[naming]\nstyle="plain"')
    site.publish()
    (entry,) = site.manifest.entries.values()
    assert entry.variants == {}


def test_copies_of_text_are_no_larger_than_those_of_gzip_9():
    program = require_tool("gzip")
    samples = [file.read_bytes() for file in sorted(Path(pipeline.__file__).parent.rglob("*.py"))]
    theirs = [
        len(subprocess.run([program, "-9nc"], input=data, capture_output=True, check=True).stdout) for data in samples
    ]
    ours = [len(Gzip()(data)) for data in samples]
    assert len(samples) > 30
    assert sum(ours) < sum(theirs)
    # A single small one may come out a few bytes larger.
    assert all(mine <= other * 1.01 + 4 for mine, other in zip(ours, theirs, strict=True))
