"""What is run before something lands: tests on every Python found, lint, types, and the tests against the wheel."""

from __future__ import annotations

import shutil
from pathlib import Path

import nox

nox.options.default_venv_backend = "venv"
nox.options.error_on_missing_interpreters = False
nox.options.sessions = ["lint", "types", "tests", "wheel"]

PYTHONS = ["3.11", "3.12", "3.13", "3.14"]
BESIDE = ("tests", "example_site", "docs", "pyproject.toml", "README.md")
"""What the tests need beside the installed package."""


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Run the tests on one Python; arguments behind -- go to pytest."""
    session.install("-e", ".[test]")
    session.run("pytest", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style."""
    session.install("ruff>=0.8")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")


@nox.session
def types(session: nox.Session) -> None:
    """Check types, strictly."""
    session.install("-e", ".[dev]")
    session.run("mypy")


@nox.session
def wheel(session: nox.Session) -> None:
    """Run the tests from another folder against the wheel: a file that it lacks is found here."""
    place = Path(session.create_tmp()).resolve()
    dist = place / "dist"
    elsewhere = place / "elsewhere"
    for folder in (dist, elsewhere):
        shutil.rmtree(folder, ignore_errors=True)
    session.run("python", "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(dist), ".")
    (built,) = dist.glob("*.whl")
    session.install(f"{built}[test]")
    elsewhere.mkdir()
    for name in BESIDE:
        source = Path(name)
        ignored = shutil.ignore_patterns("build", "__pycache__")
        shutil.copytree(source, elsewhere / name, ignore=ignored) if source.is_dir() else shutil.copy(source, elsewhere)
    session.chdir(elsewhere)
    session.run("pytest", *session.posargs)


@nox.session
@nox.parametrize(
    ("python", "version"),
    [
        nox.param(None, "4.2", id="4.2"),
        nox.param(None, "5.2", id="5.2"),
        nox.param("3.13", "6.1", id="6.1"),  # newer than what the oldest Python here takes
    ],
)
def django(session: nox.Session, version: str) -> None:
    """Run the tests of the adapter for Django on one of its versions, with what they take and no more."""
    session.install("-e", ".[jinja]", f"django~={version}.0", "playwright>=1.45", "pytest>=8.2", "whitenoise>=6.6")
    session.run("pytest", *map(str, sorted(Path("tests/adapters").glob("test_django*.py"))), *session.posargs)


@nox.session
def packages(session: nox.Session) -> None:
    """Judge by popular npm packages: specifiers, minified scripts, whole builds, pages in Chromium; needs Node."""
    session.install("-e", ".[test]")
    session.run("pytest", "tests/packages", *session.posargs, env={"PIPELINE_PACKAGES": "1"})


@nox.session
def benchmarks(session: nox.Session) -> None:
    """Compare with other tools and with the bare work, in turn; -- --corpora small medium large --rounds 3."""
    session.install(".[brotli,django,flask,jinja]", "pytest>=8.2")
    session.run("python", "-m", "tests.benchmarks", *session.posargs)
