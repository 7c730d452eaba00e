"""What is decided about single cases: features that are not there, policies, and requirements that are not met."""

from __future__ import annotations

from dataclasses import dataclass

NEEDS: dict[str, str] = {}
"""Features that are not there yet."""

SKIPPED: set[str] = set()
"""The cases that need them: all of those that are not run."""

UNMET: dict[str, str] = {}
"""Cases that ought to pass and do not, each with the reason."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What is done where several things would be right; ``error`` is part of the message if the build stops."""

    what: str
    error: str = ""


POLICIES: dict[str, Decision] = {
    "css_references/tilde-package": Decision(
        "'~' means nothing to a browser: it is a broken reference", "'~pkg/x.png' does not exist"
    ),
    "css_references/latin1-no-charset": Decision(
        "bytes that are no UTF-8 stop the build", "byte 3 (0xe9) is not valid"
    ),
    "css_references/utf16le-bom": Decision("a BOM decides; it is published as UTF-8"),
    "source_maps/map-file-field": Decision("the map's 'file' names the published script"),
    "source_maps/map-same-hash-as-asset": Decision("each has the digest of its own bytes"),
    "output_files/well-known-kept": Decision("names with a dot are left out; a pattern brings them in"),
    "hostile/symlink-file-outside": Decision("a link that leaves its root stops the build", "leaves its root"),
    "hostile/symlink-dir-outside": Decision("a link that leaves its root stops the build", "leaves its root"),
    "hostile/own-symlink-chain-out": Decision("a link to such a link stops it too", "leaves its root"),
    "hostile/own-symlink-to-sibling-with-same-start": Decision(
        "folders are compared by their parts", "leaves its root"
    ),
    "bundles/glob-excludes-output": Decision("a source with the bundle's own path is one of its parts"),
    "bundles/directory-as-input": Decision("a folder is no source", "is not a source or a bundle"),
    "bundles/js-use-strict-leak": Decision("parts share no directive"),
    "tags/leading-slash": Decision("a path never begins with a slash, so it is no asset", "no asset '/app.css'"),
}
"""What we do in cases of level ``policy``."""

REFUSED_NAMES: dict[str, str] = {
    "names/pair-norm": "have names that are one in Unicode (NFC)",
    "names/invalid-utf8": "is not valid Unicode",
    "names/surrogate-utf8": "is not valid Unicode",
    "names/overlong-slash": "is not valid Unicode",
    "names/own-truncated-utf8": "is not valid Unicode",
    "names/own-latin1": "is not valid Unicode",
    "names/own-folder-not-utf8": "is not valid Unicode",
    "names/own-pair-case": "differs from 'A.png' only in case",
    "names/own-pair-sharp-s": "differs from 'ss.png' only in case",
    "names/own-pair-nfkc": "differs from 'fi.png' only in case",
}
"""Names that stop the build, and part of what it says."""
