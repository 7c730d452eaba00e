from __future__ import annotations

import hashlib
import json

import pytest

CONFIGURATION = """
sources = ["src", { path = "two", prefix = "lib" }, "three"]
output = "out"
base_url = "https://cdn.example/static/"
exclude = ["*.psd"]
[naming]
keep = ["robots.txt"]
[bundles]
"css/site.css" = ["css/a.css", "css/b.css"]
"css/all.css" = ["css/site.css"]
[bundles."css/plain.css"]
sources = ["css/b.css"]
steps = ["concat"]
"""
RULES = "b{color:red}\n" * 100


@pytest.fixture
def styled(site):
    """A bundle, a cycle, a self-loop, two more roots, a file that is left out and one that is hidden."""
    site.configure(CONFIGURATION)
    site.write({"css/a.css": "a{background:url(../x.png)}", "css/b.css": RULES, "x.png": "x", "robots.txt": ""})
    site.write(
        {"ring.css": "@import 'gnir.css';", "gnir.css": "@import 'ring.css';", "self.css": "@import 'self.css';"}
    )
    site.write({"x.psd": "", "caf\u00e9 1.png": "c"})
    site.write({"c.css": "c{background:url(../x.png)}"}, below="two")
    site.write({"x.png": "y"}, below="three")
    return site


def explained(site, path, **options):
    run = site.run("explain", path, "--json", **options)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def test_a_bundle_is_explained_from_its_sources_to_its_variants(styled):
    styled.publish()
    known = explained(styled, "css/site.css")
    assert (known["path"], known["bundle"]) == ("css/site.css", "pipeline.toml:9")
    assert known["sources"] == ["src/css/a.css", "src/css/b.css"]
    assert known["steps"] == ["concat", "minify"]
    assert known["inputs"] == ["css/a.css", "css/b.css"]
    assert known["bundles"] == ["css/all.css"]
    assert (known["references"], known["referenced_by"]) == (["x.png"], [])
    entry = styled.manifest["css/site.css"]
    assert (known["entry"]["file"], known["entry"]["size"]) == (entry.file, entry.size)
    assert known["entry"]["variants"]["gzip"]["size"] == entry.variants["gzip"].size
    assert explained(styled, "css/plain.css")["steps"] == ["concat"]


def test_a_name_is_explained_by_the_digest_of_the_bytes_that_are_served(styled):
    styled.publish()
    named = explained(styled, "css/site.css")["named"]
    digest = hashlib.sha256(styled.published("css/site.css")).hexdigest()
    assert (named["digest"], named["fingerprint"]) == (digest, digest[:16])
    assert (named["kept"], named["cycle"]) == (False, [])
    assert named["why"] == f"{digest[:16]} begins the SHA-256 of the bytes that are served"


def test_the_name_of_a_member_of_a_cycle_is_explained_by_the_others(styled):
    known = explained(styled, "ring.css")
    assert known["named"]["cycle"] == known["references"] == known["referenced_by"] == ["gnir.css"]
    assert known["named"]["fingerprint"] in known["entry"]["file"]
    assert "'gnir.css', for they point at each other in a cycle" in known["named"]["why"]
    alone = explained(styled, "self.css")["named"]
    assert alone["cycle"] == ["self.css"]
    assert "it points at itself" in alone["why"]


def test_a_kept_name_is_explained(styled):
    named = explained(styled, "robots.txt")["named"]
    assert (named["kept"], named["fingerprint"]) == (True, "")
    assert named["why"] == "`naming.keep` matches it, so it keeps its own name"


@pytest.mark.parametrize(
    ("style", "words"),
    [("plain", "style 'plain' keeps all names"), ("query", "begins the SHA-256"), ("rewrite", "begins the SHA-256")],
)
def test_every_naming_style_is_explained(site, style, words):
    site.write({"0/~ab.txt": "x"})
    site.configure(f'sources=["src"]\noutput="out"\nnaming.style="{style}"')
    known = explained(site, "0/~ab.txt")
    assert words in known["named"]["why"]
    digits = known["named"]["fingerprint"]
    assert digits == ("" if style == "plain" else hashlib.sha256(b"x").hexdigest()[:16])
    assert digits in known["entry"]["url"]


def test_a_source_that_is_only_published_in_a_bundle_is_explained(styled):
    known = explained(styled, "css/a.css")
    assert (known["entry"], known["named"]) == (None, None)
    assert known["bundles"] == ["css/all.css", "css/site.css"]
    assert known["references"] == ["x.png"]
    run = styled.run("explain", "css/a.css")
    assert "not by itself: it went into a bundle" in run.stdout


def test_what_is_printed_is_one_fact_a_line(styled):
    run = styled.run("explain", "css/site.css")
    lines = [line.split() for line in run.stdout.splitlines()]
    assert ["asset", "css/site.css"] in lines
    assert ["sources", "src/css/a.css"] in lines
    assert ["src/css/b.css"] in lines
    assert ["steps", "concat,", "minify"] in lines
    assert ["references", "x.png"] in lines
    assert ["referenced", "by", "nothing"] in lines
    (variant,) = (line for line in lines if line[0] == "variants")
    assert variant[1] == "gzip"
    assert ["cycle", "with", "'gnir.css'"] in [
        line.split() for line in styled.run("explain", "ring.css").stdout.splitlines()
    ]


def test_nothing_is_written_but_the_cache(styled):
    before = {*styled.folder.rglob("*")}
    assert styled.run("explain", "css/site.css").returncode == 0
    assert {file.relative_to(styled.folder).parts[0] for file in {*styled.folder.rglob("*")} - before} <= {
        ".pipeline-cache"
    }


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ("./css/site.css", "css/site.css"),
        ("{file:css/site.css}", "css/site.css"),
        ("{file:css/site.css}.gz", "css/site.css"),
        ("out/{file:css/site.css}", "css/site.css"),
        ("/static/{url:css/site.css}", "css/site.css"),
        ("/static/{url:css/site.css}?x=1", "css/site.css"),
        ("https://cdn.example/static/{url:css/site.css}#top", "css/site.css"),
        ("/static/css/site.css", "css/site.css"),
        ("{url:café 1.png}", "café 1.png"),
        ("/static/{file:café 1.png}", "café 1.png"),
        ("src/css/a.css", "css/a.css"),
        ("two/c.css", "lib/c.css"),
        ("{folder}/two/c.css", "lib/c.css"),
    ],
)
def test_an_asset_may_be_called_by_its_file_its_url_or_its_source(styled, given, path):
    styled.publish()
    assets = styled.manifest.entries
    for name, entry in assets.items():
        given = given.replace(f"{{file:{name}}}", entry.file).replace(f"{{url:{name}}}", entry.url)
    assert explained(styled, given.replace("{folder}", str(styled.folder)))["path"] == path


def test_a_url_with_its_query_is_found(site):
    site.write({"a.txt": "a"})
    site.configure('sources=["src"]\noutput="out"\nnaming.style="query"')
    site.publish()
    assert explained(site, "/static/" + site.manifest["a.txt"].url)["path"] == "a.txt"


def test_a_source_is_found_from_the_folder_one_works_in(styled):
    assert explained(styled, "c.css", cwd=styled.folder / "two")["path"] == "lib/c.css"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("css/sit.css", "there is no asset 'css/sit.css'; did you mean 'css/site.css'?"),
        ("src/css/A.css", "did you mean 'src/css/a.css'?"),
        ("three/x.png", "three/x.png: is not used: 'src/x.png' comes first"),
        ("src/x.psd", "src/x.psd: is no asset: it is left out of the sources"),
        ("https://other.example/static/css/site.css", "there is no asset"),
        ("pipeline.toml", "there is no asset 'pipeline.toml'"),
    ],
)
def test_what_is_no_asset_is_a_failure_that_says_why(styled, given, message):
    run = styled.run("explain", given)
    assert (run.returncode, run.stdout) == (1, "")
    assert message in run.stderr


def test_a_broken_reference_stops_no_explanation_and_is_told(site):
    site.write({"a.css": "a{background:url(gone.png)}", "b.css": "b{}"})
    run = site.run("explain", "a.css")
    assert run.returncode == 0
    assert "warning: a.css:1:18: 'gone.png' does not exist" in run.stderr
    assert "gone.png" not in site.run("explain", "b.css").stderr


def test_names_cannot_steer_the_terminal(site):
    site.write({"a\x1b[2J.txt": ""})
    run = site.run("explain", "a\x1b[2J.txt")
    assert "\\x1b[2J" in run.stdout
    assert "\x1b" not in run.stdout + run.stderr
