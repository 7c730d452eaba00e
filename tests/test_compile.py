from __future__ import annotations

import sys

import pytest

from tests.sites import messages

HEAD = 'sources=["src"]\noutput="out"\nminify=false\ncompress=[]\n'


def bundle(site, sources, path="all.css", more=""):
    site.configure(f'{HEAD}[bundles."{path}"]\nsources={sources}\n{more}')
    site.publish()
    return site.text(path)


def fails(site):
    with pytest.raises(ExceptionGroup) as caught:
        site.build()
    return messages(caught.value)


def test_sources_come_in_the_order_in_which_they_are_listed(site):
    site.write({"one.css": ".one{}", "two.css": ".two{}", "d/three.css": ".three{}"})
    text = bundle(site, ["two.css", "**/*.css"])
    assert [text.index(name) for name in (".two", ".three", ".one")] == sorted(
        text.index(name) for name in (".two", ".three", ".one")
    )
    assert text.count(".two") == 1


def test_a_source_may_be_taken_out_again(site):
    site.write({"a.css": ".a{}", "b.css": ".b{}"})
    assert ".b" not in bundle(site, ["*.css", "!b.css"])


def test_a_name_that_looks_like_a_pattern_names_the_file(site):
    site.write({"a[1].css": ".x{}", "a1.css": ".y{}", "!c.css": ".z{}"})
    text = bundle(site, ["a[1].css", "!c.css"])
    assert ".x" in text
    assert ".z" in text
    assert ".y" not in text


def test_a_bundle_may_take_another_bundle(site):
    site.write({"a.css": ".a{}", "b.css": ".b{}", "d/c.css": ".c{background:url(x.png)}", "d/x.png": ""})
    site.configure(f'{HEAD}[bundles]\n"outer.css"=["inner/x.css","b.css"]\n"inner/x.css"=["a.css","d/c.css"]')
    site.publish()
    image = site.manifest["d/x.png"].url
    assert f"url(../{image})" in site.text("inner/x.css")
    assert f"url({image})" in site.text("outer.css")
    assert ".a" in site.text("outer.css")


def test_bundles_that_contain_each_other_are_refused(site):
    site.write({"a.css": ""})
    site.configure(f'{HEAD}[bundles]\n"x.css"=["y.css"]\n"y.css"=["x.css","a.css"]')
    (message,) = fails(site)
    assert "the bundles 'x.css', 'y.css' contain each other" in message


@pytest.mark.parametrize(
    ("sources", "message"),
    [
        (["*.xyz"], "'*.xyz' of 'all.css' matches no source"),
        (["site.cs"], "'site.cs' of 'all.css' is not a source or a bundle; did you mean 'site.css'?"),
        (["d"], "'d' of 'all.css' is not a source or a bundle"),
    ],
)
def test_a_source_that_is_not_there_is_an_error_at_its_declaration(site, sources, message):
    site.write({"site.css": "", "d/x.css": ""})
    site.configure(f'{HEAD}[bundles."all.css"]\nsources={sources}\n')
    assert fails(site) == [f"pipeline.toml:5: {message}"]


def test_all_failures_of_a_phase_are_reported(site):
    site.write({"a.css": b"\xff", "b.js": b"\n\xe9"})
    first, second = fails(site)
    assert first.startswith("a.css:1:1: byte 0 (0xff) is not valid utf-8")
    assert second.startswith("b.js:2:1: byte 1 (0xe9) is not valid utf-8")


def test_a_bundle_may_have_the_path_of_a_source_that_it_contains(site):
    site.write({"site.css": ".own{}", "more.css": ".more{}", "page.css": "@import 'site.css';"})
    text = bundle(site, ["more.css", "site.css"], "site.css")
    assert text.index(".more") < text.index(".own")
    assert site.manifest["site.css"].url in site.text("page.css")
    assert (site.folder / "src/site.css").read_text() == ".own{}"


def test_F8_a_bundle_that_would_replace_another_source_is_refused(site):
    site.write({"site.css": ".own{}", "more.css": ".more{}"})
    site.configure(f'{HEAD}[bundles]\n"site.css"=["more.css"]')
    (message,) = fails(site)
    assert "the bundle 'site.css' would replace the source of that name" in message


def test_a_bundle_of_one_file_in_another_folder_still_points_at_the_same_files(site):
    site.write(
        {"css/a.css": "a{background:url(x.png)}b{background:url('y.png?q#f')}", "css/x.png": "", "css/y.png": ""}
    )
    text = bundle(site, ["css/a.css"], "out/deep/b.css", "steps=['minify']")
    x, y = site.manifest["css/x.png"].url, site.manifest["css/y.png"].url
    assert text == f"a{{background:url(../../{x})}}b{{background:url('../../{y}?q#f')}}"


def test_several_files_without_a_step_that_joins_them_are_refused(site):
    site.write({"a.css": "", "b.css": ""})
    site.configure(f"{HEAD}[bundles.\"all.css\"]\nsources=['*.css']\nsteps=['minify']")
    (message,) = fails(site)
    assert message.endswith("2 files are left after all steps; add the step 'concat', or name one source")


def test_a_loose_file_is_read_in_its_declared_encoding(site):
    site.write({"a.css": '@charset "latin1";.é{}'.encode("latin-1"), "b.js": "\ufeffvar é".encode("utf-16-le")})
    site.publish()
    assert site.text("a.css") == '@charset "utf-8";.é{}'
    assert site.published("b.js").decode("utf-8-sig") == "var é"


def test_other_text_is_published_byte_for_byte(site):
    contents = {
        "a.txt": b"caf\xe9\r\nmixed\rends\n\n",
        "b.svg": b"<svg/>",
        "c.html": b"\xff",
        "e.css": b"",
        "e.js": b"",
    }
    site.write(contents)
    site.publish()
    assert {path: site.published(path) for path in contents} == contents


def test_a_step_of_ones_own_is_a_module_and_a_name(site):
    (site.folder / "mysteps.py").write_text(
        "import dataclasses\n"
        "from pipeline.asset import Blob\n"
        "from pipeline.transforms import Made\n"
        "@dataclasses.dataclass(frozen=True)\n"
        "class Upper:\n"
        "    joins = False\n"
        "    suffix: str = ''\n"
        "    def __call__(self, asset, fetch):\n"
        "        data = asset.content.read().upper() + self.suffix.encode()\n"
        "        return Made((dataclasses.replace(asset, content=Blob.of(data)),))\n"
        "@dataclasses.dataclass(frozen=True)\n"
        "class Broken:\n"
        "    joins = False\n"
        "    def __call__(self, asset, fetch):\n"
        "        raise RuntimeError('no idea')\n"
    )
    site.write({"a.txt": "abc", "b.txt": "x"})
    try:
        text = bundle(site, ["a.txt"], "c.txt", "steps=[{use='mysteps:Upper', suffix='!'}]")
        assert text == "ABC!"
        site.configure(f"{HEAD}[bundles.\"c.txt\"]\nsources=['a.txt']\nsteps=['mysteps:Broken']")
        assert fails(site) == ["a.txt: mysteps:Broken failed with RuntimeError('no idea')"]
    finally:
        sys.modules.pop("mysteps", None)


def test_text_of_any_kind_can_be_joined(site):
    site.write({"a.txt": "a", "b.txt": "b\n"})
    assert bundle(site, ["*.txt"], "all.txt") == "a\nb\n"
