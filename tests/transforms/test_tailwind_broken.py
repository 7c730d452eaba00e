"""Broken stylesheets for Tailwind, and a Tailwind that is broken, are clear errors at their place."""

from __future__ import annotations

import pytest

from tests.programs import Program
from tests.sites import failed

TAILWIND = '@import "tailwindcss";\n'
SOURCES = {
    "an open block": ("a { b: c", "tw.css:1:1: tailwind: Missing closing } at a"),
    "an open string": ("a { b: 'c;\n}", "tw.css:1:8: tailwind: Unterminated string"),
    "a closing brace too many": ("a {}\n}", "tw.css:2:1: tailwind: Missing opening {"),
    "an unknown class": (
        TAILWIND + "\na { @apply p-1 nope }",
        "tw.css:3:16: tailwind: Cannot apply unknown utility class `nope`",
    ),
    "an unknown variant": (
        TAILWIND + "a { @apply nope:p-1 }",
        "tw.css:2:12: tailwind: Cannot apply utility class `nope:p-1`",
    ),
    "a class without Tailwind": ("a { @apply p-1 }", "tw.css:1:12: tailwind: Cannot apply unknown utility class `p-1`"),
    "a missing import": ('@import "./gone.css";', "tailwind: Can't resolve './gone.css' in '"),
    "a missing package": ('@import "gone";', "tailwind: Can't resolve 'gone' in '"),
    "an import outside of the project": (
        '@import "../../outside.css";',
        "'../../outside.css' lies outside of the project",
    ),
    "a source outside of the project": ('@source "../../outside";', "'../../outside' lies outside of the project"),
    "a source that stands for many": ('@source "' + "{a,b}" * 30 + '";', "stands for too many globs"),
    "a plug-in that is not there": ('@plugin "./gone.js";', "tailwind: Can't resolve './gone.js'"),
    "a plug-in that fails": ('@plugin "./bad.js";', "tailwind: "),
    "a utility with a wrong name": (
        "@utility Ö { color: red }",
        "tailwind: `@utility Ö` defines an invalid utility name",
    ),
    "an empty utility": ("@utility x { }", "tailwind: `@utility x` is empty"),
    "a variant without a selector": ("@custom-variant x;", "tailwind: `@custom-variant x` has no selector or body"),
    "a theme with other rules": (
        "@theme { a { b: c } }",
        "tailwind: `@theme` blocks must only contain custom properties",
    ),
    "an unknown theme value": ("a { b: theme(--nope) }", "tailwind: Could not resolve value for theme function"),
    "a mistake in a part": (
        '@import "./_bad.css";',
        "_bad.css:2:1: tailwind: Missing closing } at b; it is part of tw.css",
    ),
    "a class in a part": (
        '@import "./_bad2.css";',
        "_bad2.css:2:12: tailwind: Cannot apply unknown utility class `nope`",
    ),
    "no UTF-8": (b"a { b: '\xff' }", "tw.css"),
}
PROGRAMS = {
    "fails at once": ("sys.exit('no luck')", "'tailwindcss' failed with status 1: no luck"),
    "writes nothing": ("pass", "'tailwindcss' wrote nothing"),
    "is killed": ("os.kill(os.getpid(), 9)", "'tailwindcss' was ended by the signal SIGKILL"),
    "hangs": ("import time; time.sleep(600)", "'tailwindcss' was ended, for it took longer than 1 seconds"),
    "says megabytes": (
        "sys.stderr.write('many ' * 999_999); sys.exit(1)",
        "'tailwindcss' failed with status 1: many many ",
    ),
}


@pytest.fixture
def published(site):
    site.configure(
        'sources=["src"]\noutput="out"\nminify=false\ncompress=[]\n[compile]\n"tw.css" = [{ use = "tailwind" }]\n'
    )
    site.write({"_bad.css": "a {}\nb {", "_bad2.css": "\nb { @apply nope }", "bad.js": "throw new Error('no luck')"})
    site.write({"tw.css": "a { b: c }"})
    (site.folder.parent / "outside.css").write_text("a { b: c }")
    Program(site.folder, "tailwindcss", "open(sys.argv[sys.argv.index('--output') + 1], 'w').write('a{}')")
    site.publish()
    (site.folder / "node_modules/.bin/tailwindcss").unlink()
    return site


@pytest.mark.parametrize("what", SOURCES)
def test_it_is_a_clear_error_if_a_stylesheet_has(published, what):
    text, message = SOURCES[what]
    published.write({"tw.css": text})
    failed(published, message)


@pytest.mark.parametrize("what", PROGRAMS)
def test_it_is_a_clear_error_if_tailwind(published, what):
    body, message = PROGRAMS[what]
    Program(published.folder, "tailwindcss", f"if '--help' in sys.argv: print('v4'); sys.exit()\n{body}")
    published.configure(
        (published.folder / "pipeline.toml").read_text().replace('"tailwind"', '"tailwind", timeout = 1')
    )
    failed(published, message)


def test_an_old_version_and_a_missing_one_say_what_to_install(published):
    Program(published.folder, "tailwindcss", "print('tailwindcss v3.4.17')")
    failed(
        published, "tailwind: tailwindcss v3.4.17 is too old, it must be 4 or newer; pip install 'pipeline-assets[tailw"
    )
    published.configure((published.folder / "pipeline.toml").read_text() + '[tools]\ntailwindcss = "no-such"\n')
    failed(published, "tools.tailwindcss is 'no-such', which is no program; pip install 'pipeline-assets[tailwind]'")
