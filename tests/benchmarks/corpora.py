"""Three sites of pinned packages, the same byte for byte on every machine: what the benchmarks build."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from tests.packages.npm import cache_folder, packages, unpacked
from tests.packages.pypi import wheel

LIST = Path(__file__).with_name("packages.json")
DJANGO = "5.2.19"
ADMIN = "django/contrib/admin/static/admin"

Parts = Sequence[tuple[str, str, str]]
"""A package, a folder in it, and where it goes."""

SMALL: Parts = [
    ("bootstrap", "dist", "bootstrap"),
    ("jquery", "dist", "jquery"),
    ("htmx.org", "dist", "htmx"),
    ("alpinejs", "dist", "alpinejs"),
    ("@fortawesome/fontawesome-free", "css", "fontawesome/css"),
    ("@fortawesome/fontawesome-free", "webfonts", "fontawesome/webfonts"),
]
MEDIUM: Parts = [
    *SMALL,
    ("monaco-editor", "min", "monaco"),
    ("tinymce", "", "tinymce"),
    ("mathjax", "es5", "mathjax"),
    ("bootstrap-icons", "icons", "bootstrap-icons/icons"),
    ("bootstrap-icons", "font", "bootstrap-icons/font"),
    ("ace-builds", "src-min-noconflict", "ace"),
]
LARGE: Parts = [
    *MEDIUM,
    ("@mdi/svg", "svg", "mdi"),
    ("@tabler/icons", "icons", "tabler"),
    ("lucide-static", "icons", "lucide/icons"),
    ("lucide-static", "font", "lucide/font"),
    ("date-fns", "", "date-fns"),
    ("lodash-es", "", "lodash-es"),
    ("three", "build", "three/build"),
    ("three", "examples/jsm", "three/jsm"),
    ("three", "examples/fonts", "three/fonts"),
    ("@material-design-icons/svg", "", "material"),
]
CORPORA: dict[str, Parts] = {"small": SMALL, "medium": MEDIUM, "large": LARGE}
NO_ASSETS = (".ts", ".cts", ".mts", ".md", ".flow", ".jst")
DIGESTS = {
    "small": "b905d9288240948e1fc1874d65f16a13b7db240cbb205290cbd32e882945931a",
    "medium": "a0529e6d8eb084b399c3445748150c0352e14dd089152dfae211c09dd80f2fbd",
    "large": "deb4b6701ef0ec8ae7cc5f3623a9e4917b6f19232c603d54a80c5af89df324e5",
}
"""SHA-256 over the paths and digests of all files."""


def corpus(name: str) -> Path:
    """The folder with the files of a corpus, made on first use.

    Raises:
        ValueError: what was made is not what the pinned packages held.
    """
    folder = cache_folder() / "corpora" / f"{name}-{DIGESTS[name][:16]}"
    if not folder.is_dir():
        half = Path(f"{folder}.{os.getpid()}")
        _make(CORPORA[name], half)
        if (found := digest(half)) != DIGESTS[name]:
            raise ValueError(f"{half} has the digest {found}, not {DIGESTS[name]}")
        half.rename(folder)
    return folder


def digest(folder: Path) -> str:
    """That of all files below ``folder``, their paths included."""
    whole = hashlib.sha256()
    for path in sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()):
        whole.update(f"{path} {hashlib.sha256((folder / path).read_bytes()).hexdigest()}\n".encode())
    return whole.hexdigest()


def _make(parts: Parts, target: Path) -> None:
    known = {package.name: package for package in packages(LIST)}
    shutil.copytree(wheel("django", DJANGO) / ADMIN, target / "admin", ignore=_unwanted)
    for name, inside, where in parts:
        source = unpacked(known[name], LIST) / "package" / inside
        shutil.copytree(source, target / where, ignore=_unwanted, copy_function=shutil.copyfile)
    for folder, _, _ in os.walk(target, topdown=False):
        if not os.listdir(folder):
            os.rmdir(folder)


def _unwanted(folder: str, names: list[str]) -> list[str]:
    """What is no asset, and links."""
    return [
        name
        for name in names
        if os.path.islink(path := os.path.join(folder, name))
        or (os.path.isfile(path) and (name.endswith(NO_ASSETS) or name == "package.json"))
    ]
