"""``pipeline watch`` and what steps read besides the sources: in the project's own folder, and wherever globs match."""

from __future__ import annotations

from tests.cli.watching import Watch
from tests.npm_tools import use_npm
from tests.programs import Program

CONFIG = 'sources = ["src"]\noutput = "out"\n'
READ = "import glob; print(*sorted(open(f).read() for f in glob.glob('**/*.txt', recursive=True)))"


def test_a_file_in_the_project_s_folder_and_new_ones_that_a_glob_matches_are_noticed(site):
    site.write({"one.txt": "1", "app/pages/two.txt": "2", "app/other/x.txt": "x"}, below=".")
    step = '{ use = "command", run = ["prog", "{input}"], inputs = ["*.txt", "**/pages/**"] }'
    site.configure(f'{CONFIG}[compile]\n"a.in" = [{step}]\n')
    site.write({"a.in": ""})
    Program(site.folder, "prog", READ)
    with Watch(site) as watch:
        watch.hears("made in")
        for name, made in (
            ("one.txt", "2 one.txt"),
            ("app/pages/two.txt", "app/pages/two.txt one.txt"),
            ("app/pages/deep/new.txt", "app/pages/deep/new.txt app/pages/two.txt one.txt"),
        ):
            site.write({name: name}, below=".")
            watch.hears("1 asset made in")
            assert site.text("a.in") == f"{made}\n"


def test_node_stays_up_and_knows_a_changed_configuration(site):
    use_npm(site)
    site.configure(f'{CONFIG}[compile]\n"a.css" = [{{ use = "postcss" }}]\n')
    config = "module.exports = {{ plugins: [{{ postcssPlugin: 'x', Once(root) {{ root.append('/* {} */') }} }}] }}"
    site.write({"postcss.config.cjs": config.format("one")}, below=".")
    site.write({"a.css": "a{}", "b.less": "@import '_p';", "_p.less": "p { q: r }"})
    with Watch(site) as watch:
        watch.hears("made in")
        for name, text, path, made in (
            ("src/a.css", "b{}", "a.css", "b{}/* one */"),
            ("src/_p.less", "p { q: s }", "b.css", "p {\n  q: s;\n}\n"),
            ("postcss.config.cjs", config.format("two"), "a.css", "b{}/* two */"),
        ):
            site.write({name: text}, below=".")
            watch.hears("1 asset made in")
            assert site.text(path) == made
