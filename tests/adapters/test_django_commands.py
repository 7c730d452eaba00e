"""``manage.py pipeline``: the commands of ``pipeline`` on the sources of a Django project."""

from __future__ import annotations

import json
import sys

import pytest
from django.core.management import CommandError

from tests.adapters.django_inside import storages

FILES = {"css/site.css": "a { }", "js/a.js": "a()", "js/b.js": "b()"}


@pytest.fixture
def site(inside):
    inside.write(FILES)
    inside.write({"pipeline.toml": '[bundles]\n"js/app.js" = ["js/*.js"]'}, below="")
    return inside


def test_build_publishes_the_static_folders_and_the_bundles_into_static_root(site):
    said = site.command("pipeline", "build", "--jobs", "1")
    assert f"2 assets in 0.0 s; 2 files written, 0 unchanged in {str(site.root)!r}".partition(" s;")[2] in said
    assert {*site.manifest().entries} == {"css/site.css", "js/app.js"}
    assert site.published("css/site.css") == "a{}"
    assert not (site.root / "css/site.css").exists()


def test_build_and_collectstatic_make_the_same_release(site):
    site.command("pipeline", "build")
    built = (site.root / "manifest.json").read_bytes()
    site.collect()
    assert (site.root / "manifest.json").read_bytes() == built


def test_a_summary_for_programs_is_on_standard_output(site):
    summary = json.loads(site.command("pipeline", "build", "--json"))
    assert (summary["assets"], summary["output"]) == (2, str(site.root))


def test_check_writes_nothing_and_finds_what_is_broken(site):
    assert "2 assets would be published" in site.command("pipeline", "check")
    assert not site.root.exists()
    site.write({"css/site.css": "a{background:url(nowhere.svg)}"})
    with pytest.raises(CommandError, match="pipeline check failed") as failure:
        site.command("pipeline", "check")
    assert failure.value.returncode == 1


def test_clean_deletes_what_was_published_and_nothing_else(site):
    site.collect()
    site.write({"mine.txt": "x"}, below="public")
    site.command("pipeline", "clean")
    assert site.files() == {"css/site.css", "js/a.js", "js/b.js", "mine.txt"}


def test_staticfiles_json_is_written_and_deleted_with_the_release(site):
    file = site.root / "staticfiles.json"
    with site.configured(PIPELINE={"STATICFILES_JSON": True}):
        site.command("pipeline", "build")
        assert json.loads(file.read_bytes())["paths"]["css/site.css"] == site.manifest()["css/site.css"].file
        site.command("pipeline", "clean")
        assert not file.exists()
        site.write({"staticfiles.json": '{"mine": 1}'}, below="public")
        with pytest.raises(CommandError):
            site.command("pipeline", "build")
        assert file.read_text() == '{"mine": 1}'


@pytest.mark.parametrize("action", ["verify", "prune", "config"])
def test_other_commands_work_on_the_same_release(site, action):
    site.command("pipeline", "build")
    site.command("pipeline", action)


def test_explain_says_where_an_asset_comes_from(site):
    assert "js/a.js" in site.command("pipeline", "explain", "js/app.js")


def test_every_value_has_its_origin(site):
    said = site.command("pipeline", "config")
    lines = {line.split()[0]: line for line in said.splitlines() if line.strip()}
    assert lines["output"].endswith("STATIC_ROOT")
    assert lines["base_url"].endswith("STATIC_URL")
    assert lines["naming.pattern"].endswith("Django's settings")


def test_mistakes_are_printed_with_places_and_the_status_is_that_of_pipeline(django_project):
    django_project.write({"shop/static/a.css": "a{background:url(nowhere.svg)}"})
    done = django_project.manage("pipeline", "build")
    assert done.returncode == 1
    assert "error: a.css:1:18: 'nowhere.svg' does not exist" in done.stderr
    assert done.stderr.endswith("CommandError: pipeline build failed\n")
    django_project.write({"pipeline.toml": "compres = []"})
    done = django_project.manage("pipeline", "build", "--settings", "settings", "-v", "2")
    assert done.returncode == 2
    assert "pipeline.toml:1:1: unknown key 'compres'; did you mean 'compress'?" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["buidl"], "invalid choice: 'buidl'"),
        ([], "the following arguments are required: action"),
        (["build", "--nix"], "No such option"),
    ],
)
def test_misuse_is_said(django_project, arguments, message):
    done = django_project.manage("pipeline", *arguments)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_help_is_that_of_the_command(django_project):
    assert "--no-cache" in django_project.done("pipeline", "build", "--help")


def test_mistakes_in_the_settings_are_found_before_a_build(django_project):
    django_project.write({"settings.py": (django_project.folder / "settings.py").read_text() + "PIPELINE = {'X': 1}"})
    done = django_project.manage("pipeline", "build")
    assert "(pipeline.E002) unknown key 'X' in the setting PIPELINE" in done.stderr


def test_with_static_root_unset_the_output_is_that_of_the_file(site):
    site.write({"pipeline.toml": 'output = "built"'}, below="")
    with site.configured(STATIC_ROOT=None, PIPELINE={"MANIFEST": "built/manifest.json"}, STORAGES=storages()):
        site.command("pipeline", "build")
    assert (site.folder / "built/manifest.json").is_file()


def test_the_build_without_django_reads_the_same_file(django_project):
    """Where there are no settings and no secrets: `pipeline build` knows nothing of Django."""
    toml = 'sources = ["shop/static"]\noutput = "public"\n[naming]\npattern = "{stem}.{fingerprint}{suffix}"\n'
    django_project.write({"pipeline.toml": toml, "shop/static/a.css": "a { }"})
    django_project.write({"settings.py": "raise SystemExit('nobody may read this')"})
    done = django_project.python("-m", "pipeline", "build")
    assert done.returncode == 0, done.stderr
    assert django_project.manifest()["a.css"].file.startswith("a.")


def test_the_command_line_of_a_project_in_a_single_file_works(django_project):
    script = (
        "import sys\nfrom django.conf import settings\nfrom django.core.management import execute_from_command_line\n"
        "settings.configure(INSTALLED_APPS=['pipeline.adapters.django', 'django.contrib.staticfiles'],\n"
        "    STATIC_URL='/s/', STATIC_ROOT='public', STATICFILES_DIRS=['files'])\n"
        "execute_from_command_line(sys.argv)\n"
    )
    django_project.write({"one.py": script, "files/a.css": "a { }"})
    done = django_project.python("one.py", "pipeline", "build")
    assert done.returncode == 0, done.stderr
    assert django_project.manifest()["a.css"]
    assert sys.executable
