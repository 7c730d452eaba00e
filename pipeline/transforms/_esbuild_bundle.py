"""Has esbuild bundle an entry, and sees to it that what came of it is made of the files that count as its inputs."""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from posixpath import basename
from typing import Any

from pipeline.asset import Asset, AssetPath
from pipeline.engine.fetch import Fetch
from pipeline.errors import PublishError, TransformError
from pipeline.statuses import status_at
from pipeline.transforms import Made
from pipeline.transforms._esbuild import checked, folder_of
from pipeline.transforms._esbuild_files import NO_FILE, Files, look_at
from pipeline.transforms._esbuild_outputs import NAMES, Outputs
from pipeline.transforms._esbuild_run import Call, metafile, ran

SPECIAL = frozenset("=*?#")
"""What esbuild does not take for a part of a name among its arguments."""
TRIES = 4
"""Of which each is for files that changed while the one before was at work."""


def bundled(  # noqa: PLR0913  (all that decides what comes of it)
    asset: Asset, fetch: Fetch, *, path: AssetPath, arguments: Sequence[str], loader: str, seconds: float
) -> Made:
    """What an entry becomes: at ``path``, with chunks, a stylesheet and files beside it.

    Args:
        asset: the entry.
        fetch: has the rest.
        path: where the result stands.
        arguments: the options.
        loader: of the entry.
        seconds: that it may take.

    Raises:
        TransformError: as esbuild says it; or files are wanted that lie elsewhere.
        PublishError: the files never stop changing.
    """
    content = checked(asset.content.read())
    files = Files(fetch, folder_of(asset, fetch))
    entry = basename(asset.path)
    file = os.path.join(files.folder, entry)
    plain = not SPECIAL.intersection(entry)
    if plain and os.path.isfile(file) and files.source(file) == asset.path and files.read(file) == content:
        # As a file it is one module with what others import under its name.
        given, own = b"", [f".{os.sep}{entry}"]
    else:
        given, own = content, [f"--sourcefile={entry}", f"--loader={loader}"]
    with tempfile.TemporaryDirectory(prefix="pipeline-") as temporary:
        before: dict[AssetPath, str | None] = {}
        for number in range(TRIES):
            output = os.path.join(os.path.realpath(temporary), str(number))
            call = Call(
                [*arguments, *NAMES, f"--metafile={output}.json", *own], asset.path, content, entry, given, seconds
            )
            began = time.time_ns()
            said = ran(call, files, files.folder, output)
            meta = metafile(f"{output}.json")
            try:
                inside = look_at(meta, files)
                _check_outside(meta, files)
                if not any(max(status_at(each)[1:3]) >= began for each in inside) or fetch.inputs == before:
                    made = tuple(Outputs(asset, path, meta, files, output, entry).assets())
                    return Made(made, tuple(dict.fromkeys(said)))
            except (KeyError, TypeError, AttributeError, ValueError) as error:
                raise TransformError(f"'esbuild' wrote what cannot be read: {error!r}") from error
            before = dict(fetch.inputs)
    raise PublishError("changed while it was being built", path=asset.path, hint="build again")


def _check_outside(meta: Any, files: Files) -> None:
    """See that nothing was read but what lies in the project, below a root or in a package.

    Raises:
        TransformError: a script names a file elsewhere by its path.
    """
    linked = (*{*_linked(meta, files)},)
    for name, said in meta["inputs"].items():
        for each in said["imports"]:
            target = "" if each.get("external") or NO_FILE.match(each["path"]) else files.file(each["path"])
            if target and not files.is_ours(target) and not target.startswith(linked):
                named = each.get("original", each["path"])
                hint = "declare a folder of sources, or install it as a package"
                path = files.name(files.file(name))
                raise TransformError(f"{named!r} is outside of the project and its sources", path=path, hint=hint)


def _linked(meta: Any, files: Files) -> Iterator[str]:
    """The folders of packages that are links to elsewhere, as workspaces have them."""
    for name, said in meta["inputs"].items():
        for each in said["imports"]:
            named = each.get("original", "")
            if named and not each.get("external") and not NO_FILE.match(each["path"]) and named[0] not in "./":
                target = files.file(each["path"])
                beside = os.path.normpath(os.path.join(os.path.dirname(files.file(name)), named))
                if ".." not in named.split("/") and target != beside:
                    yield _package(os.path.dirname(target)) + os.sep


def _package(folder: str) -> str:
    """The nearest folder above whose ``package.json`` has a name, as not all in a package have; else the folder."""
    above = folder
    while os.path.dirname(above) != above:
        with suppress(OSError, ValueError):
            described = json.loads(Path(above, "package.json").read_bytes())
            if isinstance(described, dict) and "name" in described:
                return above
        above = os.path.dirname(above)
    return folder
