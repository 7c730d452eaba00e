"""What the tests of the steps of esbuild share: the real program, sites that use it, and how often it ran."""

from __future__ import annotations

import json
from functools import cache

from pipeline.transforms._esbuild_run import native
from tests.packages.npm import installed
from tests.programs import Program
from tests.sites import Site

VERSION = "0.28.2"
HEAD = 'sources=["src"]\noutput="out"\nminify=false\ncompress=[]\n'


@cache
def esbuild() -> str:
    """The program of the pinned package, which is installed once; none of its scripts was run."""
    return native(str(installed("esbuild", VERSION) / ".bin/esbuild"))


def step(**options: object) -> str:
    """A step as it is written in TOML."""

    def written(value: object) -> str:
        if isinstance(value, dict):
            return "{ " + ", ".join(f"{json.dumps(key)} = {written(each)}" for key, each in value.items()) + " }"
        return json.dumps(value, ensure_ascii=False)

    return written({"use": "esbuild", **options})


def bundle(site: Site, path: str = "app.js", source: str = "app.ts", more: str = "", **options: object) -> None:
    """Configure a bundle that esbuild makes of one entry."""
    fields = step(bundle=True, **options)
    declared = f'[bundles."{path}"]\nsources = ["{source}"]\nsteps = [{fields}]\n'
    site.configure(f'{HEAD}{more}{declared}[tools]\nesbuild = "{esbuild()}"\n')


def loose(site: Site, compile_table: str = "", more: str = "") -> None:
    """Configure a site whose loose files go through their steps."""
    site.configure(f'{HEAD}{more}[compile]\n{compile_table}\n[tools]\nesbuild = "{esbuild()}"\n')


def counting(site: Site) -> Program:
    """Put a program in the place of esbuild that keeps count and then becomes it."""
    program = Program(site.folder, "esbuild", f"os.execv({esbuild()!r}, ['esbuild', *sys.argv[1:]])", "bin")
    text = (site.folder / "pipeline.toml").read_text()
    site.configure(text.replace(json.dumps(esbuild()), '"bin/esbuild"'))
    return program


def runs(site: Site, program: Program) -> int:
    """How often a build runs esbuild for something."""
    before = len(work(program))
    site.publish()
    return len(work(program)) - before


def work(program: Program) -> list[str]:
    return [each for each in program.runs() if each != "--version"]


def package(site: Site, name: str, files: dict[str, str], **fields: object) -> None:
    """Put a package into the project's ``node_modules``."""
    described = json.dumps({"name": name, "version": "1.0.0", **fields})
    site.write({"package.json": described, **files}, below=f"node_modules/{name}")
