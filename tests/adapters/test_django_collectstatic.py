"""``collectstatic`` with the storage as the one setting: it publishes a release of what was collected."""

from __future__ import annotations

import os
import re

import pytest
from django.contrib.staticfiles.finders import FileSystemFinder
from django.core.management import CommandError
from django.templatetags.static import static

from pipeline.adapters.django.building.configuration import configuration, declared
from pipeline.engine.executors import threads
from pipeline.publish.verify import verify
from tests.adapters.django_inside import Inside

FILES = {"css/site.css": "a { background: url(../img/x.svg) }\n", "img/x.svg": "<svg/>"}


@pytest.fixture
def site(inside):
    inside.write(FILES)
    return inside


def hashed(files):
    return {re.sub(r"\.[0-9a-f]{16}\.", ".#.", file) for file in files}


def is_whole(site: Inside) -> bool:
    config = configuration()
    with threads(1) as run:
        return verify(config, run)[1] == []


def test_a_release_lies_beside_the_copies_that_any_storage_makes(site):
    said = site.collect()
    assert "2 static files copied" in said
    assert "2 post-processed" in said
    assert hashed(site.files()) == {"css/site.css", "img/x.svg", "css/site.#.css", "img/x.#.svg", "manifest.json"}
    assert (site.root / "css/site.css").read_text() == FILES["css/site.css"]
    assert re.fullmatch(r"a\{background:url\(\.\./img/x\.[0-9a-f]{16}\.svg\)\}", site.published("css/site.css"))
    assert is_whole(site)


def test_a_second_run_finds_nothing_to_do_and_takes_nothing_published_for_a_source(site):
    site.collect()
    before = {file: (site.root / file).stat().st_mtime_ns for file in site.files()}
    assert "0 static files copied" in (said := site.collect())
    assert "post-processed" not in said
    assert {file: (site.root / file).stat().st_mtime_ns for file in site.files()} == before


def test_old_files_stay_for_pages_that_are_open(site):
    site.collect()
    old = site.manifest()["css/site.css"].file
    site.write({"css/site.css": "b{}"})
    os.utime(site.folder / "static/css/site.css", (4e9, 4e9))
    site.collect()
    assert site.published("css/site.css") == "b{}"
    assert (site.root / old).is_file()
    assert (site.root / "css/site.css").read_text() == "b{}"
    assert len(hashed(site.files())) < len(site.files())


def test_what_is_broken_is_said_with_its_place_and_the_last_release_stays(site):
    site.collect()
    before = {file: (site.root / file).read_bytes() for file in site.files()}
    site.write(
        {
            "css/b.css": "a{}\nb{background:url(../img/logo.png)}",
            "img/logo.svg": "<svg/>",
            "js/c.mjs": "import './d.mjs'",
        }
    )
    with pytest.raises(CommandError) as failure:
        site.collect()
    assert "css/b.css:2:18: '../img/logo.png' does not exist; did you mean 'img/logo.svg'?" in str(failure.value)
    assert "js/c.mjs:1:9: './d.mjs' does not exist" in str(failure.value)
    assert "2 problems: nothing was published, the last release stays as it was" in str(failure.value)
    assert {file: (site.root / file).read_bytes() for file in before} == before


def test_the_last_release_is_whole_after_a_failure_whatever_the_style(site):
    site.write({"pipeline.toml": '[naming]\nstyle = "query"'}, below="")
    site.collect()
    site.write({"css/site.css": "b{background:url(nowhere.svg)}"})
    os.utime(site.folder / "static/css/site.css", (4e9, 4e9))
    with pytest.raises(CommandError, match=r"nowhere\.svg"):
        site.collect()
    assert is_whole(site)
    assert site.published("css/site.css") == "a{background:url(../img/x.svg?v=" + static("img/x.svg")[-16:] + ")}"


@pytest.mark.parametrize("style", ["query", "rewrite", "plain"])
def test_in_styles_that_keep_names_the_release_takes_the_place_of_the_copies(site, style):
    site.write({"pipeline.toml": f'compress = []\n[naming]\nstyle = "{style}"'}, below="")
    site.collect()
    assert site.files() == {"css/site.css", "img/x.svg", "manifest.json"}
    assert site.published("css/site.css") == (site.root / "css/site.css").read_text()
    assert is_whole(site)
    written = (site.root / "css/site.css").stat().st_ino
    site.collect()
    assert (site.root / "css/site.css").stat().st_ino == written
    site.write({"css/site.css": "b { color: red }"})
    os.utime(site.folder / "static/css/site.css", (4e9, 4e9))
    site.collect()
    assert site.published("css/site.css") == "b{color:red}"
    assert is_whole(site)


def test_a_file_that_keeps_its_name_is_of_the_release(site):
    site.write({"favicon.css": "a { }", "pipeline.toml": ""})
    site.write({"pipeline.toml": '[naming]\nkeep = ["favicon.css"]'}, below="")
    site.collect()
    site.collect()
    assert static("favicon.css") == "/static/favicon.css"
    assert (site.root / "favicon.css").read_text() == "a{}"
    assert is_whole(site)


def test_a_collected_manifest_json_does_not_stand_in_the_place_of_the_manifest(site):
    site.write({"manifest.json": '{"icons": [{"src": "img/x.svg"}]}'})
    site.collect()
    site.collect()
    assert re.fullmatch(r"/static/manifest\.[0-9a-f]{16}\.json", static("manifest.json"))
    assert is_whole(site)


def test_no_post_process_copies_and_leaves_the_last_release(site):
    assert "2 static files copied" in site.collect(post_process=False)
    assert site.files() == {"css/site.css", "img/x.svg"}
    site.collect()
    url = static("css/site.css")
    site.write({"css/site.css": "b{}"})
    os.utime(site.folder / "static/css/site.css", (4e9, 4e9))
    site.collect(post_process=False)
    assert (static("css/site.css"), (site.root / "css/site.css").read_text()) == (url, "b{}")
    assert is_whole(site)


def test_a_dry_run_writes_nothing_and_says_what_is_broken(site):
    assert "2 static files copied" in site.collect(dry_run=True)
    assert not site.root.exists()
    assert not (site.folder / ".pipeline-cache").exists()
    site.write({"css/site.css": "b{background:url(nowhere.svg)}"})
    with pytest.raises(CommandError, match="nothing would be published"):
        site.collect(dry_run=True)
    assert not site.root.exists()


def test_clear_deletes_what_is_no_part_of_the_current_release(site):
    site.collect()
    old = site.manifest()["css/site.css"].file
    site.write({"css/site.css": "b{}"})
    os.utime(site.folder / "static/css/site.css", (4e9, 4e9))
    site.collect()
    (site.root / "left").mkdir()
    (site.root / "left/over.css.gz").write_text("")
    said = site.collect(clear=True, verbosity=2)
    assert "Deleting 'left/over.css.gz'" in said
    assert f"Deleting '{site.manifest()['css/site.css'].file}'" not in said
    assert "manifest.json" not in said
    assert "2 static files copied" in said
    assert not {"left/over.css.gz", old} & site.files()
    assert hashed(site.files()) == {"css/site.css", "img/x.svg", "css/site.#.css", "img/x.#.svg", "manifest.json"}
    assert is_whole(site)


def test_after_clear_a_build_that_fails_leaves_a_site_that_works(site):
    site.collect()
    site.write({"css/b.css": "b{background:url(nowhere.svg)}"})
    with pytest.raises(CommandError):
        site.collect(clear=True)
    assert is_whole(site)


def test_clear_in_a_dry_run_deletes_nothing(site):
    site.collect()
    before = site.files()
    assert "Pretending to delete 'css/site.css'" in site.collect(clear=True, dry_run=True, verbosity=2)
    assert site.files() == before


def test_links_in_the_place_of_copies_do_not_hinder_a_release(site):
    assert "2 static files symlinked" in site.collect(link=True)
    assert (site.root / "css/site.css").is_symlink()
    assert is_whole(site)
    site.collect()
    assert not (site.root / "css/site.css").is_symlink()


def test_files_of_others_are_not_overwritten(site):
    site.write({"pipeline.toml": '[naming]\nstyle = "plain"\n[bundles]\n"js/app.js" = ["js/*.js"]'}, below="")
    site.write({"js/a.js": "a()"})
    site.write({"js/app.js": "mine"}, below="public")
    with pytest.raises(CommandError, match=r"js/app\.js: is not a file of pipeline's"):
        site.collect()
    assert (site.root / "js/app.js").read_text() == "mine"


def test_what_is_ignored_is_not_published(site):
    site.write({"css/site.scss": "x", "css/old.css~": "x", "CVS/x.css": "x", ".hidden/x.css": "x"})
    site.collect(ignore_patterns=["*.scss"])
    assert {*site.manifest().entries} == {"css/site.css", "img/x.svg"}


def test_bundles_and_options_stand_in_pipeline_toml(site):
    site.write({"js/a.js": "a()", "js/b.js": "b()", "css/_part.css": "x{}"})
    site.write({"pipeline.toml": 'exclude = ["_*"]\n[bundles]\n"js/app.js" = ["js/*.js"]'}, below="")
    site.collect()
    assert site.published("js/app.js").count("()") == 2
    assert {*site.manifest().entries} == {"css/site.css", "img/x.svg", "js/app.js"}


def test_sources_in_pipeline_toml_come_before_the_static_folders(site):
    site.write({"css/site.css": "own{}", "css/more.css": "more{}"}, below="assets")
    site.write({"pipeline.toml": 'sources = ["assets"]\noutput = "elsewhere"\nbase_url = "/x/"'}, below="")
    site.collect()
    assert (site.published("css/site.css"), site.published("css/more.css")) == ("own{}", "more{}")
    assert static("img/x.svg").startswith("/static/img/x.")
    assert not (site.folder / "elsewhere").exists()


def test_a_mistake_in_pipeline_toml_is_said_with_its_line(site):
    site.write({"pipeline.toml": 'sources = ["nowhere"]\ncompres = []'}, below="")
    with pytest.raises(CommandError) as failure:
        site.collect()
    assert "pipeline.toml:2:1: unknown key 'compres'; did you mean 'compress'?" in str(failure.value)
    assert "the source folder 'nowhere' does not exist" in str(failure.value)


def test_a_mistake_in_the_settings_is_said_with_its_name(site):
    with site.configured(STATIC_URL="https://user@cdn.example.com/"), pytest.raises(CommandError) as failure:
        site.collect()
    assert "STATIC_URL: the base_url 'https://user@cdn.example.com/' has a user name" in str(failure.value)


def test_static_folders_have_prefixes_and_the_first_file_of_a_name_wins(site):
    site.write({"x.svg": "<svg> </svg>", "only.svg": "<svg/>"}, below="second")
    folders = [site.folder / "static", ("img", site.folder / "second")]
    with site.configured(STATICFILES_DIRS=folders):
        site.collect()
        assert site.published("img/x.svg") == "<svg/>"
        assert site.published("img/only.svg") == "<svg/>"


def test_thousands_of_files_that_are_partly_ignored_take_no_longer(site):
    site.write({f"many/{number}.txt": str(number) for number in range(1000)})
    site.write({f"many/{number}.map": str(number) for number in range(1000)})
    site.collect(ignore_patterns=["*.map"])
    assert len(site.manifest().entries) == 1002


def test_a_finder_of_ones_own_says_which_files_there_are(site):
    with site.configured(STATICFILES_FINDERS=[f"{__name__}.Stylesheets"]):
        site.write({"css/site.css": "a{}"})
        site.collect()
        assert {*site.manifest().entries} == {"css/site.css"}


class Stylesheets(FileSystemFinder):
    """Lists some of the files in the static folders."""

    def list(self, ignore_patterns):
        return (pair for pair in super().list(ignore_patterns) if pair[0].endswith(".css"))


def test_files_with_names_that_would_be_globs_are_themselves(site):
    site.write({"[a]*!.txt": "x", "a.txt": "no", "# b .txt": "x", "c d.txt": "x"})
    site.collect(ignore_patterns=["a.txt"])
    assert {"[a]*!.txt", "# b .txt", "c d.txt"} < {*site.manifest().entries}
    assert "a.txt" not in site.manifest().entries


def test_what_is_broken_in_an_installed_package_is_a_warning(site, tmp_path, capsys):
    packages = tmp_path / "lib" / "site-packages" / "widget" / "static"
    site.write({"widget/w.css": "a{background:url(nowhere.svg)}"}, below=str(packages))
    with site.configured(STATICFILES_DIRS=[site.folder / "static", packages]):
        site.collect()
        assert "warning: widget/w.css:1:18: 'nowhere.svg' does not exist" in capsys.readouterr().err
        site.write({"pipeline.toml": "strict = true"}, below="")
        with pytest.raises(CommandError, match=r"widget/w\.css:1:18"):
            site.collect()


def test_static_root_may_lie_below_the_folder_of_the_project_and_be_relative(site, monkeypatch):
    monkeypatch.chdir(site.folder)
    with site.configured(STATIC_ROOT="public"):
        site.collect()
        assert static("img/x.svg") == f"/static/{site.manifest()['img/x.svg'].url}"


def test_the_manifest_may_lie_where_it_is_not_served(site):
    with site.configured(PIPELINE={"MANIFEST": "private/manifest.json"}):
        site.collect()
        assert "manifest.json" not in site.files()
        assert (site.folder / "private/manifest.json").is_file()
        assert static("img/x.svg").startswith("/static/img/x.")


def test_the_configuration_may_be_named(site):
    site.write({"pipeline.toml": "nonsense = 1", "conf/assets.toml": "minify = false"}, below="")
    with site.configured(PIPELINE={"CONFIG": site.folder / "conf/assets.toml"}):
        site.collect()
        assert site.published("css/site.css").startswith("a { background")
        assert declared().config == str(site.folder / "conf/assets.toml")


def test_a_static_folder_without_files_is_a_release_without_assets(inside):
    inside.collect()
    assert inside.manifest().entries == {}
    inside.write({"x.txt": "x"})
    inside.collect(ignore_patterns=["*.txt"])
    assert inside.manifest().entries == {}
