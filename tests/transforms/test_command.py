"""Any program as a step: what it gets, what is taken from it, and what has it run again."""

from __future__ import annotations

import json

import pytest

from tests.programs import Program
from tests.sites import Site, messages

HEAD = 'sources=["src"]\noutput="out"\nminify=false\ncompress=[]\n'
COPY = "open(sys.argv[2], 'w').write(open(sys.argv[1]).read())"
ALL = "import pathlib; print(*sorted(str(p) for p in pathlib.Path().rglob('*') if p.is_file()))"


def configure(site: Site, run: list[str] | None = None, **options: object) -> None:
    given = {"use": "command", "run": ["prog", "{input}", "{output}"] if run is None else run, **options}
    fields = ", ".join(f"{key} = {json.dumps(value)}" for key, value in given.items())
    site.configure(f'{HEAD}[compile]\n"*.in" = [{{ {fields} }}]\n')


def built(site: Site, body: str, run: list[str] | None = None, path: str = "css/a.in", **options: object) -> str:
    site.write({path: "text\n"})
    configure(site, run, **options)
    Program(site.folder, "prog", body)
    site.publish()
    return site.text(next(iter(site.manifest.entries)))


def test_a_program_reads_one_file_and_writes_another(site):
    assert built(site, COPY) == "text\n"


def test_without_an_input_it_gets_standard_input_and_without_an_output_what_it_prints_is_taken(site):
    assert built(site, "print('got', sys.stdin.read())", ["prog"]) == "got text\n\n"


def test_the_suffix_is_that_of_what_it_makes(site):
    assert built(site, COPY, suffix=".css") == "text\n"
    assert list(site.manifest.entries) == ["css/a.css"]


def test_fields_stand_anywhere_in_an_argument(site):
    assert built(site, "print(sys.argv[1:])", ["prog", "--in={input}", "a {input} b"]) == (
        "['--in=src/css/a.in', 'a src/css/a.in b']\n"
    )


def test_it_works_in_a_folder_that_has_what_is_declared_at_its_place_and_nothing_else(site):
    site.write({"css/b.txt": "", "deep/c.txt": "", "d.bin": "", "css/a.in": "x"})
    site.write({"conf/x.json": "", "conf/y.yaml": "", "node_modules/p/i.json": "", ".hidden.json": ""}, below=".")
    assert built(site, ALL, ["prog", "{input}"], inputs=["src/css/*.txt", "**/*.json"]) == (
        ".hidden.json conf/x.json src/css/a.in src/css/b.txt\n"
    )


def test_a_folder_of_packages_is_looked_into_where_it_is_named(site):
    site.write({"node_modules/p/i.json": "{}"}, below=".")
    assert "node_modules/p/i.json" in built(site, ALL, ["prog", "{input}"], inputs=["node_modules/p/*.json"])


def test_it_sees_an_earlier_step_s_result_in_the_place_of_the_file(site):
    site.write({"a.txt": "{{ 1 + 1 }}"})
    Program(site.folder, "prog", COPY)
    site.configure(
        f'{HEAD}[bundles."b.txt"]\nsources = ["a.txt"]\n'
        'steps = ["template", { use = "command", run = ["prog", "{input}", "{output}"], inputs = ["src/*"] }]\n'
    )
    site.publish()
    assert site.text("b.txt") == "2"


def test_it_leaves_nothing_behind(site, tmp_path, monkeypatch):
    (tmp_path / "t").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "t"))
    built(site, COPY)
    with pytest.raises(ExceptionGroup):
        built(site, "sys.exit(1)")
    assert list((tmp_path / "t").iterdir()) == []


def test_variables_that_are_declared_are_seen_and_others_not(site, monkeypatch):
    monkeypatch.setenv("MODE", "loud")
    monkeypatch.setenv("OTHER", "x")
    body = "print(os.environ.get('MODE'), os.environ.get('OTHER'))"
    assert built(site, body, ["prog", "{input}"], variables=["MODE"]) == "loud None\n"


@pytest.fixture
def counted(site):
    """A program with inputs and a variable, which ran once."""
    site.write({"css/a.in": "a", "other.txt": "o"})
    site.write({"data/one.json": "1", "unrelated.txt": "u"}, below=".")
    configure(site, inputs=["data/**/*.json"], variables=["MODE"])
    program = Program(site.folder, "prog", COPY)
    site.publish()
    site.publish()
    assert len(program.runs()) == 1
    return program


def again(site: Site, program: Program) -> bool:
    """Whether a build runs the program."""
    before = len(program.runs())
    site.publish()
    return len(program.runs()) > before


def test_a_declared_file_that_changes_comes_or_goes_has_it_run_again(site, counted):
    site.write({"data/one.json": "2"}, below=".")
    assert again(site, counted)
    site.write({"data/deep/two.json": "2"}, below=".")
    assert again(site, counted)
    (site.folder / "data/one.json").rename(site.folder / "data/three.json")
    assert again(site, counted)
    (site.folder / "data/deep/two.json").unlink()
    assert again(site, counted)
    assert not again(site, counted)


def test_a_declared_variable_and_another_program_have_it_run_again(site, counted, monkeypatch):
    monkeypatch.setenv("MODE", "x")
    assert again(site, counted)
    counted.write(COPY + "  # other")
    assert again(site, counted)
    assert not again(site, counted)


def test_what_is_not_declared_does_not_have_it_run_again(site, counted, monkeypatch):
    site.write({"data/x.txt": "2", "unrelated.txt": "v", "data/.hidden/x.json": ""}, below=".")
    site.write({"other.txt": "p", "new.txt": ""})
    monkeypatch.setenv("OTHER", "x")
    assert not again(site, counted)


def test_a_build_with_nothing_to_do_sees_declared_inputs_outside_the_sources(site, counted):
    def unchanged() -> bool:
        run = site.run("build")
        assert run.returncode == 0, run.stderr
        return "nothing changed" in run.stderr

    unchanged()
    assert unchanged()
    site.write({"data/one.json": "3"}, below=".")
    assert not unchanged()
    site.write({"data/new/two.json": "3"}, below=".")
    assert not unchanged()
    runs = len(counted.runs())
    assert "nothing changed" not in site.run("build", env={"MODE": "y"}).stderr
    assert len(counted.runs()) == runs + 1


def test_explain_names_the_globs_among_the_inputs(site, counted):
    assert json.loads(site.run("explain", "--json", "css/a.in").stdout)["inputs"] == ["css/a.in", "data/**/*.json"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"run": []}, "'run' must name a program"),
        ({"run": [""]}, "'run' must name a program"),
        ({"run": ["a\0b"]}, "'run' has a NUL character"),
        ({"run": "prog {input}"}, "option 'run' of 'command' must be a list, each a string, not a string"),
        ({"inputs": ["../x"]}, "the glob '../x' of 'inputs' has the segment '..'"),
        ({"inputs": ["/etc/*"]}, "the glob '/etc/*' of 'inputs' is absolute"),
        ({"suffix": "css"}, "'suffix' must be one such as '.css', not 'css'"),
        ({"suffix": ".a/b"}, "'suffix' must be one such as '.css'"),
        ({"timeout": 0}, "'timeout' must be a number of seconds above 0"),
        ({"timout": 1}, "unknown option 'timout' of 'command'; did you mean 'timeout'?"),
    ],
)
def test_options_that_cannot_be_are_refused(site, options, message):
    configure(site, **options)
    with pytest.raises(ExceptionGroup) as caught:
        site.config()
    assert message in messages(caught.value)[0]
