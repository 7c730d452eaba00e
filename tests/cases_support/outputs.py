"""The cases about output files: what the output folder holds after one build, several, and after deleting."""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping
from contextlib import ExitStack, chdir
from pathlib import Path
from typing import Any

from tests.cases_support import folders, variants
from tests.cases_support.case import Case
from tests.cases_support.decisions import POLICIES
from tests.cases_support.project import configure, prepare
from tests.sites import Site

Check = Callable[..., None]
CHECKS: Mapping[str, Check] = {
    "published": folders.published_as_it_is_named,
    "not_published": folders.not_published,
    "bytes_equal": folders.bytes_equal,
    "distinct": folders.distinct,
    "all_distinct": folders.all_distinct,
    "root_order": folders.root_order,
    "stable_after": folders.stable_after,
    "decodes_utf8": folders.decodes_utf8,
    "mode": folders.mode,
    "builds_empty": folders.builds_empty,
    "manifest_stable": folders.manifest_stable,
    "integrity_if_present": variants.integrity,
    "gzip_equal": variants.gzip_equal,
    "gzip_header_fixed": variants.gzip_header_fixed,
    "no_variant": variants.no_variant,
    "repairs_truncated": folders.repairs_truncated,
    "restores_deleted": folders.restores_deleted,
    "recovers_from_manifest": folders.recovers_from_manifest,
    "retains_old": folders.retains_old,
    "clean_age": folders.clean_age,
    "clean_keeps_current": folders.clean_keeps_current,
    "clean_foreign": folders.clean_foreign,
    "foreign_survives": folders.clean_foreign,
}


def check(case: Case, site: Site) -> None:
    """Build with the command, and look for every expectation."""
    settings: dict[str, Any] = {}
    if case.get("roots"):
        settings["sources"] = [f"src/{root}" for root in case["roots"]]
    if case.get("out_inside_src"):
        settings["output"] = "src/out"
        site.output = site.folder / "src" / "out"
    if "compress" in case.get("needs", []):
        settings["compress"] = ["gzip"]
    prepare(site, case, **settings)
    if case["level"] == "policy":
        assert case.id in POLICIES, "write down in the table what we do"
    with ExitStack() as stack:
        for name in case.get("socket", []):
            _listen(stack, site.folder / "src" / name)
        folders.build(site, umask=case.get("umask"))
        for name, *arguments in case["expect"]:
            CHECKS[name](case, site, *arguments)
    if case.id == "output_files/well-known-kept":
        _well_known(case, site)


def _listen(stack: ExitStack, place: Path) -> None:
    listener = stack.enter_context(socket.socket(socket.AF_UNIX))
    with chdir(place.parent):  # an address has at most 108 bytes
        listener.bind(place.name)


def _well_known(case: Case, site: Site) -> None:
    """A name that starts with a dot is left out, and brought in by a pattern."""
    folders.not_published(case, site, ".well-known/security.txt")
    configure(site, case, exclude=["!.well-known/"])
    folders.build(site)
    folders.bytes_equal(case, site, ".well-known/security.txt")
