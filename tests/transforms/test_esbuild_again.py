"""A site with a bundle of esbuild that is built on from what there is equals one that is built from nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.sites import Site
from tests.test_incremental import ByCommand, InMemory, clean, outcome
from tests.transforms.esbuild_steps import HEAD, esbuild, loose, step

FILES: dict[str, str | bytes] = {
    "js/app.ts": "import { a } from './lib/a'; console.log(a); import('./lazy')",
    "js/lib/a.ts": "export let a = 1",
    "js/lib/b.ts": "import i from '../../i.png'; console.log(i)",
    "js/lazy.ts": "console.log('lazy')",
    "js/c.css": "c { background: url(../i.png) }",
    "i.png": "png",
    "page.html": '<script type="module" src="js/app.js"></script>',
}
EDITS: list[dict[str, str | None]] = [
    {"js/lib/a.ts": "export let a = 2"},
    {"js/lib/a.ts": "import './b'; export let a = 2"},  # b.js is published no more
    {"js/lib/a.ts": "import '../c.css'; import './b'; export let a = 2"},
    {"js/lazy.ts": "import('./lib/b'); console.log('lazy')"},  # one part more
    {"js/lib/b.ts": "let b = ;"},
    {"js/lib/b.ts": "export let b = 1"},
    {"page.html": '<script type="module" src="js/lib/b.js"></script>'},  # b.js is published, too
    {"i.png": "other"},
    {"js/lib/a.ts": None},
    {"js/lib/a/index.ts": "export let a = 3"},
    {"js/lib/a.ts": "export let a = 4", "js/lib/a/index.ts": None},
    {"js/app.ts": "console.log('alone')"},
    {"js/app.ts": None},
]


@pytest.mark.parametrize("maps", ["off", "file"])
@pytest.mark.parametrize("how", [InMemory, ByCommand])
def test_it_equals_a_clean_build_after_every_edit(site: Site, tmp_path: Path, how, maps):
    loose(site, f'"app.ts" = [{step(bundle=True, splitting=True)}]', f'source_maps = "{maps}"\n')
    config = (site.folder / "pipeline.toml").read_text()
    assert esbuild() in config
    assert config.startswith(HEAD)
    site.write(FILES)
    with how(site) as build:
        assert outcome(site, lambda: build([*FILES])) == clean(site, tmp_path / "clean", config)
        for number, edit in enumerate(EDITS):
            for path, text in edit.items():
                if text is None:
                    os.unlink(site.folder / "src" / path)
                else:
                    site.write({path: text})
            made = outcome(site, lambda edit=edit: build([*edit]))
            assert made == clean(site, tmp_path / f"clean-{number}", config), edit
