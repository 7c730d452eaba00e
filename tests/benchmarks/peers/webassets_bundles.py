"""All scripts in one bundle and all stylesheets in another, minified: ``webassets_bundles.py SOURCE OUTPUT``.

The files are listed: without another package ``**`` means one folder to webassets, and the rest is left out in silence.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from webassets.bundle import Bundle
from webassets.env import Environment


def main() -> None:
    source, output = sys.argv[1:]
    os.makedirs(output, exist_ok=True)
    environment = Environment(output, "/static", load_path=[source], manifest="json")
    for name, suffix, minifier in (("scripts", "js", "rjsmin"), ("styles", "css", "rcssmin")):
        contents = sorted(file.relative_to(source).as_posix() for file in Path(source).rglob(f"*.{suffix}"))
        bundle = Bundle(*contents, filters=minifier, output=f"{name}.%(version)s.{suffix}")
        environment.register(name, bundle)
        bundle.build()


if __name__ == "__main__":
    main()
