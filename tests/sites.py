"""A site in a temporary folder: write its files, build it, read what was published."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from pipeline.build import Progress, build, silent
from pipeline.config import Config, validate
from pipeline.config.settings import read
from pipeline.engine.cache_use import opened
from pipeline.engine.executors import forks, threads
from pipeline.manifest import Manifest
from pipeline.publish import Published, publish
from pipeline.publish.verify import verify
from pipeline.release import Release

FEW = 3_000
"""Characters that a message has at most, also of a program that says megabytes."""
DEFAULTS: Mapping[str, Any] = {"sources": ["src"], "minify": False, "compress": []}


class Site:
    """A project with sources in ``src`` and the output in ``out``; minify and compression are off unless asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.output = folder / "out"
        (folder / "src").mkdir(parents=True, exist_ok=True)
        (folder / "pipeline.toml").write_text('sources = ["src"]\noutput = "out"\nminify = false\ncompress = []\n')

    def write(self, files: Mapping[str, str | bytes], below: str = "src") -> None:
        for name, content in files.items():
            file = self.folder / below / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content.encode() if isinstance(content, str) else content)

    def configure(self, text: str) -> None:
        """Put ``text`` (TOML) in place of the defaults."""
        (self.folder / "pipeline.toml").write_text(text)

    def config(self, **overrides: Any) -> Config:
        return validate(read(folder=self.folder, config=None, overrides=overrides, environ={}))

    def build(self, progress: Progress = silent, **overrides: Any) -> Release:
        config = self.config(**overrides)
        with opened(config.cache, config.cache_limit) as cache:
            return build(config, cache, progress).release

    def publish(self, **overrides: Any) -> Published:
        config = self.config(**overrides)
        with opened(config.cache, config.cache_limit) as cache, forks(config.jobs) as run:
            return publish(build(config, cache).release, config, run)

    def verify(self) -> list[str]:
        config = self.config()
        with threads(1) as run:
            return [str(problem) for problem in verify(config, run)[1]]

    @property
    def manifest(self) -> Manifest:
        return Manifest.from_json((self.output / "manifest.json").read_bytes())

    def published(self, path: str) -> bytes:
        return (self.output / self.manifest[path].file).read_bytes()

    def text(self, path: str) -> str:
        return self.published(path).decode()

    def files(self) -> dict[str, bytes]:
        """Every file of the output but the tool's own."""
        return {
            file.relative_to(self.output).as_posix(): file.read_bytes()
            for file in sorted(self.output.rglob("*"))
            if file.is_file() and ".pipeline" not in file.relative_to(self.output).parts
        }

    def run(self, *arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
        """``python -m pipeline`` in the project's folder."""
        command = [sys.executable, "-m", "pipeline", *arguments]
        environment = {**os.environ, **options.pop("env", {})}
        options = {"cwd": self.folder, "capture_output": True, "text": True, "timeout": 120, **options}
        return subprocess.run(command, env=environment, check=False, **options)


def rules(seed: int) -> str:
    """A stylesheet of 8 kB, different for each seed, of which some kilobytes are left when it is compressed."""
    return "".join(f".{hashlib.sha256(bytes([seed, number])).hexdigest()} {{ top: 0 }}\n" for number in range(100))


def failed(site: Site, message: str) -> None:
    """Publish a site of which one thing is wrong: it is said in few words, and the last release stays."""
    before = site.files()
    with pytest.raises(ExceptionGroup) as caught:
        site.publish()
    (said,) = messages(caught.value)
    assert message in said
    assert len(said) < FEW
    assert site.files() == before


def messages(group: BaseException) -> list[str]:
    """The messages of all errors in a group."""
    if isinstance(group, BaseExceptionGroup):
        return [message for error in group.exceptions for message in messages(error)]
    return [str(group)]
