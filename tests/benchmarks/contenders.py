"""Who takes part: each builds the same sources into a folder of its own, as its users would have it do."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import venv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.packages.npm import cache_folder

PEERS = Path(__file__).with_name("peers")
REQUIREMENTS = PEERS / "requirements.txt"
PYTHON = sys.executable
ZLIB, LIBDEFLATE, SCAN = "bare loop, zlib 9", "bare loop, libdeflate", "bare scan"


@dataclass(frozen=True, slots=True)
class Contender:
    """A command that makes static files.

    Attributes:
        name: in the tables.
        command: the whole of it.
        folder: all that it makes lies in here.
        sources: what it reads.
        environ: what it finds in the environment beside the usual.
        files: text files in its folder before the first run.
        original: where its sources are copied from if it works in place.
    """

    name: str
    command: Sequence[str]
    folder: Path
    sources: Path
    environ: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    original: Path | None = None

    def clear(self) -> None:
        """As before the first run."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        for name, text in self.files.items():
            (self.folder / name).write_text(text)
        if self.original:
            shutil.copytree(self.original, self.sources)


def peers_environment() -> Path:
    """The programs of the virtual environment that the peers share, made on first use."""
    key = hashlib.sha256(REQUIREMENTS.read_bytes() + sys.version.encode()).hexdigest()[:12]
    folder = cache_folder() / f"peers-{key}"
    programs = folder / "bin"
    if not (folder / "ready").exists():
        venv.create(folder, with_pip=True, clear=True)
        command = [str(programs / "python"), "-m", "pip", "install", "--quiet", "--requirement", str(REQUIREMENTS)]
        subprocess.run(command, check=True)
        (folder / "ready").touch()
    return programs


def pipeline(
    work: Path, sources: Path, jobs: int, encodings: Sequence[str], command: Sequence[str] = ("build",)
) -> Contender:
    """This project, with its defaults but for references that are broken in the packages."""
    compress = ", ".join(f'"{name}"' for name in encodings)
    toml = f'sources = ["{sources}"]\noutput = "build"\nstrict = false\njobs = {jobs}\ncompress = [{compress}]\n'
    toml += "compile = false\n"  # the packages' own sources are no business of theirs
    program = Path(PYTHON).with_name("pipeline")
    folder = work / "pipeline"
    return Contender(
        "pipeline", [str(program), "-C", str(folder), *command], folder, sources, files={"pipeline.toml": toml}
    )


def bare_loop(work: Path, sources: Path, jobs: int, gzip: str, *more: str) -> Contender:
    """The floor, see there."""
    folder = work / f"loop-{gzip}"
    arguments = [str(PEERS / "bare_loop.py"), str(sources), str(folder / "out"), f"--threads={jobs}", f"--gzip={gzip}"]
    return Contender({"zlib": ZLIB}.get(gzip, LIBDEFLATE), [PYTHON, *arguments, *more], folder, sources)


def bare_scan(work: Path, sources: Path) -> Contender:
    """The floor of a build with nothing to do."""
    return Contender(SCAN, [PYTHON, str(PEERS / "bare_scan.py"), str(sources)], work / "scan", sources)


def flask_static_digest(work: Path, sources: Path, encodings: Sequence[str]) -> Contender:
    """It writes beside the sources, so it gets a copy of them."""
    folder = work / "flask"
    environ = {"BENCHMARK_SOURCES": str(folder / "static"), "BENCHMARK_ENCODINGS": " ".join(encodings)}
    command = [str(peers_environment() / "flask"), "--app", str(PEERS / "flask_app.py"), "digest", "compile"]
    return Contender("Flask-Static-Digest", command, folder, folder / "static", environ, original=sources)


def collectstatic(name: str, work: Path, sources: Path, storage: str, encodings: Sequence[str] = ()) -> Contender:
    """Django's command with one of its storages, or WhiteNoise's."""
    folder = work / storage.rpartition(".")[2].lower()
    environ = {
        "BENCHMARK_SOURCES": str(sources),
        "BENCHMARK_OUTPUT": str(folder / "out"),
        "BENCHMARK_STORAGE": storage,
        "BENCHMARK_ENCODINGS": " ".join(encodings),
        "DJANGO_SETTINGS_MODULE": "django_settings",
        "PYTHONPATH": str(PEERS),
    }
    command = [str(peers_environment() / "django-admin"), "collectstatic", "--noinput", "--verbosity=0"]
    return Contender(name, command, folder, sources, environ)


def django(work: Path, sources: Path) -> list[Contender]:
    """As it comes, and as those have to make it whose packages have broken references."""
    stock = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
    forgiving = collectstatic("Django, forgiving (does not compress)", work, sources, "django_storage.Manifest")
    return [collectstatic("Django (does not compress)", work, sources, stock), forgiving]


def whitenoise(work: Path, sources: Path, encodings: Sequence[str]) -> Contender:
    """It makes brotli first and gzip only where that paid."""
    return collectstatic("WhiteNoise, forgiving", work, sources, "django_storage.Compressed", encodings)


def webassets(work: Path, sources: Path) -> Contender:
    """It joins and minifies, and neither compresses nor follows references."""
    folder = work / "webassets"
    arguments = [str(PEERS / "webassets_bundles.py"), str(sources), str(folder / "out")]
    return Contender(
        "webassets (joins, does not compress)", [str(peers_environment() / "python"), *arguments], folder, sources
    )
