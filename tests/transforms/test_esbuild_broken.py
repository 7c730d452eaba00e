"""Broken scripts, and an esbuild that is broken, are clear errors, and leave the last release as it was."""

from __future__ import annotations

import pytest

from tests.programs import Program
from tests.sites import messages
from tests.transforms.esbuild_steps import HEAD, esbuild, step

TYPESCRIPT = {
    "an open bracket": ("let a = (1", 'a.ts:1:11: typescript: Expected ")" but found end of file'),
    "an open string": ("let a = 'b\n", "a.ts:1:11: typescript: Unterminated string literal"),
    "an open comment": ("1\n/* x", 'a.ts:2:5: typescript: Expected "*/" to terminate multi-line comment'),
    "an open template": ("`${a}", "a.ts:1:6: typescript: Unterminated string literal"),
    "no value": ("\n\nlet a: number = ;", 'a.ts:3:17: typescript: Unexpected ";"'),
    "a wrong type": ("let a: = 1", 'a.ts:1:8: typescript: Unexpected "="'),
    "one name twice": ("let a\nlet a", 'a.ts:2:5: typescript: The symbol "a" has already been declared; '),
    "await outside of a function that waits": ("function f() { await x }", 'a.ts:1:16: typescript: "await" can only'),
    "return outside of a function": ("export {}; return", "a.ts:1:12: typescript: Top-level return cannot be used"),
    "elements where there are none": ("let a = <b/>", "a.ts:1:"),
    "an open element": (
        "export let a = <b>",
        'a.tsx:1:19: typescript: Unexpected end of file before a closing "b" tag',
    ),
    "the wrong end of an element": ("a = <b></c>", 'a.tsx:1:10: typescript: Unexpected closing "c" tag does not match'),
    "a wrong regular expression": ("/a/gg", "a.ts:1:5: typescript: Duplicate flag"),
    "a wrong escape": (r"'\u{110000}'", "a.ts:1:2: typescript: Unicode escape sequence is out of range"),
    "a decorator in a wrong place": ("@a let b", "a.ts:1:"),
    "what the target does not have": ("export const a = 1n ** 2n; class A { #b = 1 }; for await (x of y);", "a.ts:1:"),
    "characters that count twice elsewhere": ("let b = 'é🎈' ; c = ;", 'a.ts:1:20: typescript: Unexpected ";"'),
    "no UTF-8": (b"'\xff'", "a.ts: typescript: is not UTF-8: invalid start byte at byte 1"),
    "several mistakes": ("let a; let a; let b; let b", "also a.ts:1: "),
    "a merge conflict": ("<<<<<<< ours\n1\n=======\n2\n>>>>>>> theirs", "a.ts:1:"),
}

BUNDLES = {
    "a module that is not there": ("\nimport './gone'", 'app.ts:2:8: esbuild: Could not resolve "./gone"'),
    "a package that is not there": ("import 'gone'", 'app.ts:1:8: esbuild: Could not resolve "gone"; You can mark the'),
    "a part of a package that it does not export": (
        "import 'pack/x.js'",
        'app.ts:1:8: esbuild: Could not resolve "pack/x.js"',
    ),
    "a part of Node": ("import 'fs'", 'app.ts:1:8: esbuild: Could not resolve "fs"'),
    "a name that is not exported": ("import { b } from './good'; b", 'No matching export in "good.ts" for import "b"'),
    "a mistake in a module": ("import './bad'", 'bad.ts:2:5: esbuild: Unexpected ";"'),
    "a mistake in a package": ("import 'pack/bad'", 'node_modules/pack/bad.js:1:5: esbuild: Unexpected ";"'),
    "a mistake in data": ("import './bad.json'", "bad.json:1:"),
    "a module of no kind": ("import './a.nope'", 'app.ts:1:8: esbuild: No loader is configured for ".nope" files: '),
    "a module outside of everything": (
        "import t from '../../secret.txt'; console.log(t)",
        "app.ts: esbuild: '../../secret.txt' is outside of ",
    ),
    "a module by an absolute path": (
        "import t from '{secret}'; console.log(t)",
        " is outside of the project and its sources",
    ),
    "a stylesheet with what is outside": ("import './out.css'", " is outside of the project and its sources"),
    "a stylesheet with what is not there": (
        "import './gone.css-user.css'",
        'gone.css-user.css:1:9: esbuild: Could not resolve "./',
    ),
    "top-level await in an old format": (
        "await 1",
        'app.ts:1:1: esbuild: Top-level await is currently not supported with the "',
    ),
    "a folder without an index": ("import './folder'", 'app.ts:1:8: esbuild: Could not resolve "./folder"'),
    "another case": ("import './GOOD'", "app.ts:1:8: esbuild: Cannot read file: "),
    "an assignment to a constant": ("const a = 1\na = 2", 'app.ts:2:1: esbuild: Cannot assign to "a" because'),
    "no UTF-8": (b"'\xff'", "app.ts: esbuild: is not UTF-8: invalid start byte at byte 1"),
    "an open bracket": ("import './good'; (", "app.ts:1:19: esbuild: Unexpected end of file"),
    "ten mistakes": (";".join(f"import './{number}'" for number in range(10)), ", 6 more"),
    "an import that is dynamic": ("import('./gone')", 'app.ts:1:8: esbuild: Could not resolve "./gone"'),
}

PROGRAMS = {
    "fails at once": ("sys.exit('no luck')", "'esbuild' failed with status 1: no luck"),
    "says nothing": ("sys.exit(3)", "'esbuild' failed with status 3"),
    "does nothing": ("pass", "'esbuild' wrote "),
    "is killed": ("os.kill(os.getpid(), 9)", "'esbuild' was ended by the signal SIGKILL"),
    "hangs": ("import time; time.sleep(600)", "'esbuild' was ended, for it took longer than 1 seconds"),
    "says megabytes": (
        "sys.stderr.write('many ' * 999_999); sys.exit(1)",
        "'esbuild' failed with status 1: many many ",
    ),
    "complains in megabytes": (
        "sys.stderr.write('✘ [ERROR] wrong ' + 'x' * 9_000_000 + '\\n\\n    app.ts:1:0:\\n'); sys.exit(1)",
        "wrong xxx",
    ),
    "complains of places that there are not": (
        "sys.stderr.write('✘ [ERROR] wrong\\n\\n    ../../../../etc/passwd:99999999:7:\\n'); sys.exit(1)",
        "etc/passwd:99999999:8: ",
    ),
    "prints megabytes": ("sys.stdout.write('x' * 300_000_000)", "'esbuild' was ended, for it wrote more than 256 MB"),
    "knows no such option": (
        "sys.stderr.write('✘ [ERROR] Invalid build flag: \"--x\"\\n'); sys.exit(1)",
        "Invalid build flag",
    ),
}


@pytest.fixture
def published(site, tmp_path):
    (tmp_path / "secret.txt").write_text("secret")
    site.configure(f'{HEAD}[bundles."app.js"]\nsources = ["app.ts"]\nsteps = [{step(bundle=True)}]\n')
    site.write({"bad.ts": "\nx = ;", "bad.js": "", "index.js": ""}, below="parts")
    site.write({"app.ts": "1", "a.ts": "1"})
    configure(site, esbuild())
    site.publish()
    return site


def configure(site, program, timeout=60):
    site.configure(
        f'exclude = ["bad.*", "a.nope", "out.css", "gone.css-user.css"]\n{HEAD}'
        f'[bundles."app.js"]\nsources = ["app.ts"]\nsteps = [{step(bundle=True, timeout=timeout)}]\n'
        f'[compile]\n"a.ts*" = [{{ use = "typescript", timeout = {timeout} }}]\n[tools]\nesbuild = "{program}"\n'
    )


def failures(site) -> list[str]:
    before = site.files()
    with pytest.raises(ExceptionGroup) as caught:
        site.publish()
    assert site.files() == before
    return messages(caught.value)


@pytest.mark.parametrize("name", ["typescript", "jsx"])
@pytest.mark.parametrize("what", TYPESCRIPT)
def test_it_is_a_clear_error_if_a_script_has(published, what, name):
    text, message = TYPESCRIPT[what]
    message = message.replace("typescript", name)
    file = published.folder / "pipeline.toml"
    published.configure(file.read_text().replace('"typescript"', f'"{name}"'))
    (published.folder / "src/a.ts").unlink()
    if "target" in what:
        published.configure(file.read_text().replace(f'"{name}"', f'"{name}", target = ["es5"]'))
    published.write({"a.tsx" if "a.tsx" in message else "a.ts": text})
    (said,) = failures(published)
    assert message in said
    assert f"{name}: " in said


@pytest.mark.parametrize("what", BUNDLES)
def test_it_is_a_clear_error_if_an_entry_has(published, tmp_path, what):
    text, message = BUNDLES[what]
    if isinstance(text, str):
        text = text.replace("{secret}", str(tmp_path / "secret.txt"))
    published.write(
        {"good.ts": "export let a = 1", "bad.ts": "\nx = ;", "bad.json": "{,}", "a.nope": "", "app.ts": text}
    )
    published.write(
        {"out.css": "a { background: url(../../secret.png) }", "gone.css-user.css": "@import './gone.css';"}
    )
    published.write(
        {"package.json": '{"exports": {"./bad": "./bad.js"}}', "bad.js": "x = ;"}, below="node_modules/pack"
    )
    (tmp_path / "secret.png").write_bytes(b"")
    (said,) = failures(published)
    assert message in said
    assert "esbuild: " in said
    assert "secret\n" not in said


@pytest.mark.parametrize("what", PROGRAMS)
def test_it_is_a_clear_error_if_esbuild(published, what):
    body, message = PROGRAMS[what]
    Program(published.folder, "esbuild", f"if '--version' in sys.argv: print(1); sys.exit()\n{body}", "bin")
    configure(published, "bin/esbuild", 1 if "hangs" in what else 60)
    said = failures(published)
    assert 1 <= len(said) <= 2  # what is said of one place is told once
    assert all(message in each for each in said), said
    assert all(len(each) < 3_000 for each in said)


def test_an_error_shows_the_line_and_exits_1(published):
    published.write({"app.ts": "let x = 1;\nlet y = x +* 2"})
    run = published.run("build")
    assert run.returncode == 1
    assert run.stderr.splitlines() == [
        'error: app.ts:2:12: esbuild: Unexpected "*"',
        "  let y = x +* 2",
        "             ^",
    ]


def test_what_esbuild_warns_of_is_said_at_its_place(published):
    published.write({"app.ts": "export {}\nif (typeof x == 'nul') console.log(x == -0)"})
    said = [str(each) for each in published.build().diagnostics]
    assert said[0].startswith('app.ts:2:17: esbuild: The "typeof" operator will never evaluate to "nul"')
    assert said[1].startswith("app.ts:2:41: esbuild: Comparison with -0 using the")


def test_an_esbuild_that_is_not_there_is_an_error_with_the_command_that_installs_it(published, monkeypatch):
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    text = (published.folder / "pipeline.toml").read_text()
    published.configure(text[: text.index("[tools]")])
    assert "the program 'esbuild' is not installed; npm install esbuild, or set tools.esbuild" in failures(published)[0]
    run = published.run("doctor")
    assert run.returncode == 1
    assert "npm install esbuild" in run.stderr


def test_a_mistake_in_a_module_that_is_compiled_by_itself_too_is_told_once(published):
    published.write({"lib/x.ts": "let x = ;", "app.ts": "import './lib/x'"})
    (said,) = failures(published)
    assert said.startswith("lib/x.ts:1:9: ")
