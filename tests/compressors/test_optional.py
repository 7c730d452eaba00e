"""Compressors that take a package which not everybody has."""

from __future__ import annotations

import subprocess
import sys

import pytest

from pipeline.compressors.brotli import Brotli
from pipeline.compressors.zstd import MODULE, WINDOW_LOG, Zstd
from pipeline.errors import ConfigError
from tests.sites import messages
from tests.tools import require_tool

HEAD = 'sources=["src"]\noutput="out"\nminify=false\n'
RULES = ".abc{color:#123456}\n" * 400
OPTIONAL = [("brotli", "brotli"), ("zstd", MODULE)]


def test_a_release_has_a_copy_in_every_encoding_and_verifies(site):
    site.write({"a.css": RULES})
    site.configure(HEAD + 'compress=["gzip", "brotli", {use="zstd", level=3}]')
    site.publish()
    entry = site.manifest["a.css"]
    assert {encoding: variant.file for encoding, variant in entry.variants.items()} == {
        "gzip": f"{entry.file}.gz",
        "br": f"{entry.file}.br",
        "zstd": f"{entry.file}.zst",
    }
    assert site.verify() == []


@pytest.mark.parametrize("encoding", ["br", "zstd"])
def test_verify_names_a_copy_of_something_else(site, encoding):
    other = RULES.replace("1", "2").encode()
    packed = {"br": Brotli()(other), "zstd": Zstd()(other)}[encoding]
    site.write({"a.css": RULES})
    site.configure(HEAD + 'compress=["brotli", "zstd"]')
    site.publish()
    file = site.manifest["a.css"].variants[encoding].file
    (site.output / file).write_bytes(packed)
    assert any(f"{file}: is not a compressed copy of" in problem for problem in site.verify())


@pytest.mark.parametrize(("name", "package"), OPTIONAL)
def test_a_missing_package_is_a_configuration_error_with_the_command_that_installs_it(site, monkeypatch, name, package):
    monkeypatch.setitem(sys.modules, package, None)  # as Python does for a package that cannot be imported
    site.configure(f'{HEAD}compress=["gzip", "{name}"]')
    with pytest.raises(ExceptionGroup) as caught:
        site.config()
    assert caught.group_contains(ConfigError)
    (message,) = messages(caught.value)
    assert message.startswith(f"pipeline.toml:4:19: the package '{package}' cannot be imported: ")
    assert message.endswith(f"; pip install 'pipeline-assets[{name}]'")


def test_verifying_a_release_needs_only_the_packages_of_its_own_copies(site, monkeypatch):
    site.write({"a.css": RULES})
    site.configure(HEAD)
    site.publish()
    for _, package in OPTIONAL:
        monkeypatch.setitem(sys.modules, package, None)
    assert site.verify() == []


def test_a_build_that_does_not_use_a_package_does_not_import_it(site):
    site.write({"a.css": RULES})
    site.configure(HEAD)
    code = (
        "import sys; from pipeline.cli import main\n"
        "try: main(['build'])\n"
        f"finally: print(*sys.modules.keys() & {{*{[package for _, package in OPTIONAL]}}})"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=site.folder, capture_output=True, text=True, check=True)
    assert (site.output / "manifest.json").is_file()
    assert run.stdout == "\n"


@pytest.mark.parametrize("level", [1, 19, 22])
def test_a_zstd_file_asks_for_no_larger_window_than_browsers_have(level, tmp_path):
    program = require_tool("zstd")
    packed = Zstd(level)(bytes(40 << 20))
    run = subprocess.run([program, "-dc", f"--memory={1 << WINDOW_LOG}"], input=packed, capture_output=True, check=True)
    assert run.stdout == bytes(40 << 20)


def test_a_zstd_file_whose_window_is_too_large_for_browsers_is_an_error():
    program = require_tool("zstd")
    data = bytes(40 << 20)
    packed = subprocess.run([program, "-c", "--long=25"], input=data, capture_output=True, check=True).stdout
    with pytest.raises(ValueError, match="memory"):
        Zstd().restore(packed, len(data))
