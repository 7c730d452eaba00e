"""Where a specifier in a published file leads, as a browser would go there."""

from __future__ import annotations

from urllib.parse import unquote, urljoin, urlsplit

from tests.sites import Site

HOST = "https://site.test"


def follow(site: Site, prefix: str, source: str, specifier: str) -> tuple[str, str]:
    """The logical path of what a specifier in the asset ``source`` leads to, and its query and fragment.

    Fails if it leads to anything that was not published.
    """
    base = urljoin(HOST, prefix or "/")
    manifest = site.manifest
    parts = urlsplit(urljoin(base + manifest[source].url, specifier))
    folder = urlsplit(base)
    assert (parts.scheme, parts.netloc) == (folder.scheme, folder.netloc), f"{specifier!r} leaves the site"
    assert parts.path.startswith(folder.path), f"{specifier!r} leaves {prefix!r}"
    file = unquote(parts.path.removeprefix(folder.path), errors="strict")
    assert (site.output / file).is_file(), f"{specifier!r} leads to {file!r}, which was not published"
    names = [path for path, entry in manifest.entries.items() if entry.file == file]
    assert names, f"{file!r} is not in the manifest"
    location = next((index for index, char in enumerate(specifier) if char in "?#"), len(specifier))
    return names[0], specifier[location:]
