"""webassets and Flask-Assets: each construct, and what becomes of it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.migrating.old import Old

FILES = {f"static/{name}": f"/* {name} */\n" for name in ("a.css", "b.css", "lib/c.css", "lib/deep/d.css")}
SCRIPTS = {f"static/{name}": f"var {name[0]};\n" for name in ("a.js", "b.js", "c.js")}
HEAD = (
    "from flask import Flask\nfrom flask_assets import Bundle, Environment\n"
    "app = Flask(__name__)\nenv = Environment(app)\n"
)


def migrated(old: Old, text: str, **more: str) -> Old:
    return old.write({**FILES, **SCRIPTS, "app.py": HEAD + text, **more}).migrate()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("env.register('x', 'a.css', 'b.css', output='o.css', filters='cssmin')", ["a.css", "b.css"]),
        ("env.register('x', Bundle('a.css', output='o.css', filters='rcssmin'))", ["a.css"]),
        ("env.register({'x': Bundle('a.css', output='o.css', filters='cssrewrite,cssmin')})", ["a.css"]),
        ("env.register('x', *['a.css', 'b.css'], output='o.css', filters=['cssmin'])", ["a.css", "b.css"]),
        ("x = Bundle('lib/*.css', output='o.css', filters='cssmin')", ["lib/*.css"]),
        ("env.add(Bundle('a.css', output='o.css', filters='cssmin'))", ["a.css"]),
        ("for name in ['o']:\n    env.register(name, 'a.css', output=name + '.css', filters='cssmin')", ["a.css"]),
        ("def register(env):\n    env.register('x', 'a.css', output='o.css', filters='cssmin')", ["a.css"]),
        ("x = Bundle(Bundle('b.css'), 'a.css', output='o.css', filters='cssmin')", ["b.css", "a.css"]),
        (
            "x = Bundle(Bundle('b.css', filters='cssmin'), 'a.css', output='o.css', filters='cssmin')",
            ["b.css", "a.css"],
        ),
        (
            "y = Bundle('a.css', 'b.css')\nx = Bundle(y, y, 'a.css', output='o.css', filters='cssmin')",
            ["a.css", "b.css"],
        ),
        ("x = Bundle('a.css', output='o.%(version)s.css', filters='cssmin')", ["a.css"]),
        ("x = Bundle('a.css', output='%(version)s_o.css', filters='cssmin')", ["a.css"]),
        ("x = Bundle('lib/../a.css', output='o.css', filters='cssmin')", ["a.css"]),
        ("import os\nx = Bundle(os.path.join(app.x, 'a.css'), 'b.css', output='o.css', filters='cssmin')", ["b.css"]),
        (
            (
                "from os import path\n"
                "x = Bundle(path.dirname(__file__) + '/static/a.css', output='o.css', filters='cssmin')"
            ),
            ["a.css"],
        ),
    ],
)
def test_a_bundle_has_the_same_files_in_the_same_order(old, text, expected):
    assert migrated(old, text).bundles == {"o.css": expected}


@pytest.mark.parametrize(
    ("filters", "steps"),
    [
        ("None", ["concat"]),
        ("'cssrewrite'", ["concat"]),
        ("'cssmin'", None),
        ("'rcssmin'", None),
        ("'yui_css'", None),
        ("'cleancss'", [{"use": "webassets", "filter": "cleancss"}, "concat"]),
        ("'less,cssmin'", [{"use": "webassets", "filter": "less"}, "concat", "minify"]),
        ("'cssutils'", None),
        ("get_filter('less', paths=['x'])", [{"use": "webassets", "filter": "less", "paths": ["x"]}, "concat"]),
        (
            "[get_filter('autoprefixer6', browsers='all'), 'cssmin']",
            [
                {"use": "webassets", "filter": "autoprefixer6", "browsers": "all"},
                "concat",
                "minify",
            ],
        ),
        ("Less(paths=['x'])", [{"use": "webassets", "filter": "less", "paths": ["x"]}, "concat"]),
    ],
)
def test_filters_become_steps_before_and_after_the_files_are_joined(old, filters, steps):
    imports = "from webassets.filter import get_filter\nfrom webassets.filter.less import Less\n"
    migrated(old, f"{imports}x = Bundle('a.css', output='o.css', filters={filters})")
    assert old.bundles == {"o.css": {"sources": ["a.css"], "steps": steps} if steps else ["a.css"]}


@pytest.mark.parametrize("name", ["libsass", "scss", "sass", "node-scss", "sass_ruby"])
def test_sass_is_compiled_by_the_step_for_it(old, name):
    old.write({"static/x.scss": "$c: red; a { color: $c }"})
    migrated(old, f"x = Bundle('x.scss', output='o.css', filters='{name}')")
    assert old.bundles == {"o.css": {"sources": ["x.scss"], "steps": ["sass", "concat"]}}
    assert b"color: red" in old.build().files()[old.build().manifest["o.css"].file].read()


@pytest.mark.parametrize(
    ("options", "step"),
    [
        ("style='compressed', includes=['lib']", {"use": "sass", "style": "compressed", "load_paths": ["lib"]}),
        ("style='nested', includes='lib'", {"use": "sass", "load_paths": ["lib"]}),
        ("as_output=True", "sass"),
    ],
)
def test_options_of_sass_are_taken_over_where_there_are_such(old, options, step):
    head = "from webassets.filter import get_filter\n"
    text = f"{head}x = Bundle('a.css', output='o.css', filters=get_filter('scss', {options}))"
    assert migrated(old, text).bundles["o.css"]["steps"] == [step, "concat"]
    assert bool(old.said("app.py:6", "the options as_output of 'scss'")) == ("as_output" in options)


def test_options_of_filters_come_from_the_settings_too(old):
    migrated(old, "app.config['LESS_PATHS'] = ['more']\nx = Bundle('a.css', output='o.css', filters='less')")
    assert old.bundles["o.css"]["steps"][0] == {"use": "webassets", "filter": "less", "paths": ["more"]}


@pytest.mark.parametrize(
    ("filters", "words"),
    [
        ("'of_my_own'", ["unknown webassets filter 'of_my_own'", "step of your own"]),
        ("'spritemapper'", ["'spritemapper'", "sprites before the build"]),
        ("'jst'", ["'jst'", "step of your own"]),
        ("compute()", ["a filter of this bundle is computed"]),
        ("get_filter('less', paths=compute())", ["some options of a filter are computed"]),
        ("get_filter('less', no_such=1)", ["unknown option 'no_such'"]),
    ],
)
def test_a_filter_without_equivalent_is_in_the_list_with_its_line(old, filters, words):
    migrated(old, f"from webassets.filter import get_filter\nx = Bundle('a.css', output='o.css', filters={filters})")
    assert old.said("app.py:6", *words)
    assert "o.css" in old.bundles


def test_a_nested_bundle_with_filters_of_its_own_is_a_bundle_in_the_other(old):
    old.write({"static/d.coffee": "x = 1\n"})
    migrated(
        old, "x = Bundle('a.js', Bundle('d.coffee', filters='coffeescript'), 'b.js', output='o.js', filters='rjsmin')"
    )
    coffee = {"use": "webassets", "filter": "coffeescript"}
    assert old.bundles == {
        "o.js": ["a.js", "o.2.js", "b.js"],
        "o.2.js": {"sources": ["d.coffee"], "steps": [coffee, "concat"]},
    }
    assert old.files()["o.js"] == ["static/a.js", "static/d.coffee", "static/b.js"]


def test_a_nested_bundle_that_is_minified_alone_stays_minified_alone(old):
    migrated(old, "x = Bundle('a.js', Bundle('b.js', filters='jsmin'), output='o.js')")
    assert old.bundles == {"o.2.js": ["b.js"], "o.js": {"sources": ["a.js", "o.2.js"], "steps": ["concat"]}}
    assert old.files()["o.js"] == ["static/a.js", "static/b.js"]


def test_a_bundle_of_bundles_without_output_is_all_of_them(old):
    text = "y = Bundle('a.js', output='a.o.js')\nz = Bundle('b.js', output='b.o.js')\nenv.register('all', y, z)"
    page = '{% assets "all" %}<script src="{{ ASSET_URL }}"></script>{% endassets %}'
    migrated(old, text, **{"templates/x.html": page})
    assert {*old.bundles} == {"a.o.js", "b.o.js"}
    assert old.said("templates/x.html:1", 'write {{ asset_tags("a.o.js", "b.o.js") }}')


def test_a_glob_that_would_match_more_here_is_written_out(old):
    migrated(old, "x = Bundle('**/*.css', output='o.css', filters='cssmin')")
    assert old.bundles == {"o.css": ["lib/c.css"]}
    assert old.said("app.py:5", "'**/*.css'", "written out")


def test_with_glob2_two_stars_are_any_number_of_folders(old):
    migrated(old, "x = Bundle('**/*.css', output='o.css', filters='cssmin')", **{"requirements.txt": "glob2\n"})
    assert old.bundles == {"o.css": ["**/*.css"]}
    assert old.files()["o.css"] == [f"static/{name}" for name in ("a.css", "b.css", "lib/c.css", "lib/deep/d.css")]


@pytest.mark.parametrize(
    ("contents", "words"),
    [
        ("'https://cdn.example.com/x.css'", ["is of another site", "name it in the page"]),
        ("'//cdn.example.com/x.css'", ["is of another site"]),
        ("'missing.css'", ["'missing.css' of 'o.css' is in no source folder"]),
        ("'none/*.css'", ["matches no file"]),
        ("compute()", ["a part of this bundle is computed"]),
        ("'../../../etc/passwd'", ["leads out of"]),
        ("'/etc/passwd'", ["leads out of"]),
        ("'a\\x00b.css'", ["has a NUL character"]),
    ],
)
def test_a_source_that_cannot_be_is_left_out_and_named(old, contents, words):
    migrated(old, f"x = Bundle('a.css', {contents}, output='o.css', filters='cssmin')")
    assert old.bundles == {"o.css": ["a.css"]}
    assert old.said("app.py:5", *words)


def test_a_bundle_of_which_nothing_is_there_is_left_out_with_what_holds_it(old):
    migrated(old, "x = Bundle(Bundle('missing.js', filters='jsmin'), output='o.js')")
    assert "bundles" not in old.values
    assert old.said("no file of 'o.js' is there")


def test_files_beside_the_static_folder_are_a_source_of_their_own(old):
    old.write({"bower_components/x/x.css": "x {}", "bower_components/x/other.css": "x {}"})
    migrated(old, "x = Bundle('../bower_components/x/x.css', 'a.css', output='o.css', filters='cssmin')")
    more = {"path": "bower_components", "prefix": "bower_components", "include": ["/x/x.css"]}
    assert old.values["sources"] == ["static", more]
    assert old.files()["o.css"] == ["bower_components/x/x.css", "static/a.css"]
    assert "bower_components/x/other.css" not in old.build().manifest.entries


@pytest.mark.parametrize("output", ["gen/o.css", "gen/o.%(version)s.css"])
def test_what_the_tool_wrote_between_the_sources_is_no_source(old, output):
    old.write({"static/gen/o.css": "old {}", "static/gen/o.abcdef.css": "old {}"})
    migrated(old, f"x = Bundle('a.css', output='{output}', filters='cssmin')")
    assert old.bundles == {"gen/o.css": ["a.css"]}
    assert "/gen/o.css" in old.values["sources"][0]["exclude"]
    assert old.said("was made by an old tool")
    assert b"old" not in old.build().files()[old.build().manifest["gen/o.css"].file].read()


def test_a_bundle_keeps_its_files_where_a_page_names_one_by_itself(old):
    page = "<link href=\"{{ url_for('static', filename='a.css') }}\">"
    migrated(old, "x = Bundle('*.css', output='o.css', filters='cssmin')", **{"templates/x.html": page})
    assert old.bundles == {"o.css": {"sources": ["*.css"], "keep": True}}
    assert old.said("pages name 'a.css' of 'o.css' too")


BLUEPRINTS = """
from flask import Blueprint
admin = Blueprint('admin', __name__, static_folder='admin_static')
users = Blueprint('users', __name__, static_folder='users_static')
admin.register_blueprint(users)
app.register_blueprint(admin)
x = Bundle('a.css', 'admin/b.css', output='admin/o.css', filters='cssmin')
"""


def test_static_folders_of_blueprints_are_sources_with_their_names_before(old):
    old.write({"admin_static/b.css": "b {}", "users_static/c.css": "c {}"})
    migrated(old, BLUEPRINTS)
    assert old.values["sources"] == [
        "static",
        {"path": "admin_static", "prefix": "admin"},
        {"path": "users_static", "prefix": "admin.users"},
    ]
    assert old.files() == {"admin/o.css": ["static/a.css", "admin_static/b.css"]}


PACKAGE = {
    "shop/__init__.py": "",
    "shop/extensions.py": "from flask_assets import Environment\nassets = Environment()\n",
    "shop/assets.py": (
        "from flask_assets import Bundle\nfrom shop.extensions import assets\n"
        "css = Bundle('a.css', filters='cssmin', output='public/css/common.css')\nassets.register('css_all', css)\n"
    ),
    "shop/app.py": (
        "from flask import Flask\nfrom shop import assets\nfrom shop.extensions import assets as extension\n\n\n"
        "def create_app():\n    app = Flask(__name__.split('.')[0], static_url_path='/s')\n"
        "    extension.init_app(app)\n    return app\n"
    ),
    "shop/static/a.css": "a {}",
}


def test_an_app_factory_with_its_bundles_in_another_module(old):
    old.write(PACKAGE).migrate()
    assert old.values["sources"] == ["shop/static"]
    assert old.values["base_url"] == "/s/"
    assert old.bundles == {"public/css/common.css": ["a.css"]}


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("env.debug = True", ["'debug'", "pipeline watch"]),
        ("env.auto_build = False", ["'auto_build'", "an app never builds"]),
        ("env.url_expire = True", ["'url_expire'", "names change"]),
        ("app.config['ASSETS_DEBUG'] = True", ["'debug'"]),
        ("app.config['ASSETS_VERSIONS'] = 'hash'", ["'versions'", "fingerprint"]),
        ("app.config.update(ASSETS_MANIFEST='file')", ["'manifest'"]),
        ("env.cache = compute()", ["'cache'"]),
    ],
)
def test_an_option_of_the_environment_is_in_the_list_with_what_is_done_instead(old, option, words):
    migrated(old, f"{option}\nx = Bundle('a.css', output='o.css')")
    if "update" not in option:
        assert old.said("app.py:5", *words)
    assert old.bundles


@pytest.mark.parametrize(
    ("option", "sources"),
    [
        ("env.load_path = ['static/lib', 'static']", ["static/lib", "static"]),
        ("env.append_path('static/lib')", ["static/lib"]),
        ("env.load_path = ['/etc', 'static']", ["static"]),
    ],
)
def test_a_load_path_takes_the_place_of_static_folders(old, option, sources):
    migrated(old, f"{option}\nx = Bundle('c.css', output='o.css', filters='cssmin')")
    assert old.values["sources"] == sources


def test_the_url_of_the_environment_is_the_base_url(old):
    assert migrated(old, "env.url = 'https://cdn.example.com/assets'\n").values["base_url"] == (
        "https://cdn.example.com/assets/"
    )


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("depends='lib/*'", ["'depends'", "looked at anyway"]),
        ("extra={'media': 'print'}", ["'extra'", "media='print'"]),
        ("debug=False", []),
        ("debug=True", ["'debug'"]),
    ],
)
def test_an_option_of_a_bundle_that_has_no_equivalent_is_in_the_list(old, option, words):
    migrated(old, f"x = Bundle('a.css', output='o.css', {option})")
    assert bool(old.said("app.py:5")) == bool(words)
    assert old.said(*words)


def test_files_that_are_not_joined_are_no_bundle(old):
    migrated(old, "env.register('x', 'a.css', 'b.css', merge=False, output='%(path)s.css')")
    assert "bundles" not in old.values
    assert old.said("app.py:5", "published one by one")


def test_a_bundle_without_output_or_with_a_computed_one_is_named(old):
    migrated(
        old,
        "env.register('x', 'a.css')\nenv.register('y', 'a.css', output=compute())\n"
        "env.register(n(), 'a.css', output='z')",
    )
    assert old.said("app.py:5", "has no output")
    assert old.said("app.py:6", "the output of this bundle is computed")
    assert old.said("app.py:7", "what is registered here is computed")


@pytest.mark.parametrize(
    ("tag", "written"),
    [
        ('{% assets "x" %}', 'asset_tags("o.css")'),
        ("{%- assets 'x', 'y' -%}", 'asset_tags("o.css", "p.css")'),
        ('{% assets "a.css", "b.css", filters="cssmin", output="q.css" %}', 'asset_tags("q.css")'),
    ],
)
def test_tags_are_listed_with_what_to_write_instead(old, tag, written):
    page = f'<p>\n{tag}<link href="{{{{ ASSET_URL }}}}">{{% endassets %}}'
    text = "env.register('x', 'a.css', output='o.css')\nenv.register('y', 'b.css', output='p.css')"
    migrated(old, text, **{"templates/page.html": page})
    assert old.said("templates/page.html:2", "is to be replaced", f"write {{{{ {written} }}}}")


def test_a_bundle_of_a_template_is_a_bundle(old):
    page = '{% assets "a.css", "b.css", filters="cssmin", output="q.css" %}x{% endassets %}'
    migrated(old, "", **{"templates/page.html": page})
    assert old.bundles == {"q.css": ["a.css", "b.css"]}


@pytest.mark.parametrize(
    ("tag", "words"),
    [("{% assets name %}", "is computed"), ('{% assets "none" %}', "there is no bundle 'none'"), ("{% assets %}", "")],
)
def test_a_tag_that_cannot_be_told_is_named(old, tag, words):
    migrated(old, "", **{"templates/page.html": f"{tag}x{{% endassets %}}"})
    assert old.said("templates/page.html:1", words) or not words


def test_tags_in_comments_and_literal_text_are_no_tags(old):
    page = "{# {% assets 'x' %}{% endassets %} #}{% raw %}{% assets 'x' %}{% endassets %}{% endraw %}"
    migrated(old, "env.register('x', 'a.css', output='o.css')", **{"templates/page.html": page})
    assert not old.said("page.html")


YAML = """
directory: static
url: /media
debug: true
config:
  less_paths: [more]
bundles:
  lib:
    contents: lib/*.css
  all:
    filters: less,cssmin
    output: all.%(version)s.css
    contents:
      - a.css
      - lib
      - contents: [b.css]
        filters: cssmin
"""


def test_bundles_in_yaml_with_references_and_nested_ones(old):
    old.write({**FILES, "assets.yml": YAML}).migrate()
    assert old.values["sources"] == ["static"]
    assert old.values["base_url"] == "/media/"
    less: dict[str, Any] = {"use": "webassets", "filter": "less", "paths": ["more"]}
    assert old.bundles == {"all.css": {"sources": ["a.css", "lib/*.css", "b.css"], "steps": [less, "concat", "minify"]}}


def test_yaml_without_an_environment_publishes_what_its_bundles_name_and_no_more(old):
    text = "x:\n  output: o.css\n  contents: [css/a.css]\n"
    old.write({"css/a.css": "a {}", "secret.py": "KEY = 1\n", "assets.yaml": text}).migrate()
    assert old.values["sources"] == [{"path": ".", "include": ["/css/"]}]
    assert {*old.build().manifest.entries} == {"o.css"}


def test_several_files_of_yaml_do_not_get_into_each_others_way(old):
    text = "x:\n  output: {0}/%(version)s_o.css\n  contents: main.css\n"
    for name in ("one", "two"):
        old.write({f"{name}/main.css": f"{name} {{}}", f"{name}/webassets.yml": text.format(name)})
    old.migrate()
    assert old.files() == {"one/o.css": ["one/main.css"], "two/o.css": ["two/main.css"]}


def test_bundles_that_contain_each_other_do_so_no_longer(old):
    bundles = "x = Bundle('a.css', 'two.css', output='one.css', filters='cssmin')\n"
    bundles += "y = Bundle('b.css', 'one.css', output='two.css', filters='cssmin')"
    migrated(old, bundles)
    assert old.bundles == {"one.css": ["a.css"], "two.css": ["b.css"]}
    assert old.said("app.py", "'two.css' of 'one.css' contains that in turn, so it was left out")


def test_what_is_excluded_for_one_bundle_is_in_no_glob_of_another(old):
    old.write({"static/gen/made.css": "old {}"})
    bundles = "x = Bundle('a.css', output='gen/made.css', filters='cssmin')\n"
    migrated(old, bundles + "y = Bundle('gen/*.css', 'b.css', output='o.css', filters='cssmin')")
    assert old.bundles == {"gen/made.css": ["a.css"], "o.css": ["b.css"]}
    old.build()
