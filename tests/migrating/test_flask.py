"""Flask-Static-Digest and Flask-CDN: their settings, static folders and imports."""

from __future__ import annotations

import pytest

from tests.migrating import real_tools
from tests.migrating.old import Old

DIGEST = "from flask_static_digest import FlaskStaticDigest\n"
CDN = "from flask_cdn import CDN\n"
APP = "from flask import Flask\napp = Flask(__name__)\n"
HOST = "FLASK_STATIC_DIGEST_HOST_URL"
MD5 = "0123456789abcdef0123456789abcdef"


def migrated(old: Old, text: str, **more: str | bytes) -> Old:
    return old.write({"static/css/app.css": "a {}", "static/x.txt": "x", "app.py": APP + text, **more}).migrate()


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("", {"base_url": "/static/"}),
        (f"app.config['{HOST}'] = None", {"base_url": "/static/"}),
        (f"app.config['{HOST}'] = 'https://cdn.example.com'", {"base_url": "https://cdn.example.com/static/"}),
        (f"app.config['{HOST}'] = 'https://cdn.example.com/x/'", {"base_url": "https://cdn.example.com/x/static/"}),
        ("app.config['FLASK_STATIC_DIGEST_COMPRESSION'] = []", {"compress": []}),
        ("app.config['FLASK_STATIC_DIGEST_COMPRESSION'] = ['brotli', 'gzip']", {"compress": ["gzip", "brotli"]}),
        ("app.config['FLASK_STATIC_DIGEST_GZIP_FILES'] = False", {"compress": []}),
        ("app.config['FLASK_STATIC_DIGEST_BLACKLIST_FILTER'] = ['.txt', '.htm']", {"exclude": ["*.txt", "*.htm"]}),
        ("class Config:\n    FLASK_STATIC_DIGEST_BLACKLIST_FILTER = ('.txt',)", {"exclude": ["*.txt"]}),
    ],
)
def test_settings_of_flask_static_digest(old, setting, expected):
    migrated(old, DIGEST + setting)
    assert {key: old.values[key] for key in expected} == expected
    assert old.said("app.py:3", "import Pipeline as FlaskStaticDigest")
    old.build()


def test_an_unknown_compressor_is_named(old):
    migrated(old, f"{DIGEST}app.config['FLASK_STATIC_DIGEST_COMPRESSION'] = ['zip']")
    assert old.values["compress"] == []
    assert old.said("app.py:4", "'zip' is no compressor")


def test_a_host_from_the_environment_is_named_with_what_to_set(old):
    migrated(old, f"{DIGEST}import os\napp.config['{HOST}'] = os.getenv('CDN_HOST', '')")
    assert old.values["base_url"] == "/static/"
    assert old.said("app.py:5", "environment variable CDN_HOST", "PIPELINE_BASE_URL")


def test_what_the_digest_wrote_is_no_source(old):
    more: dict[str, str | bytes] = {
        f"static/css/app-{MD5}.css": "a {}",
        "static/css/app.css.gz": b"",
        "static/cache_manifest.json": "{}",
    }
    migrated(old, DIGEST, **more)
    assert {*old.build().manifest.entries} == {"css/app.css", "x.txt"}
    assert len(old.said("was made by an old tool")) == 3


def test_static_url_for_is_counted_in_each_template_and_stays(old):
    page = "{{ static_url_for('static', filename='a.css') }}{{ static_url_for('.static', filename='b.css') }}"
    migrated(old, DIGEST, **{"templates/page.html": page, "templates/other.html": "{{ url_for('x') }}"})
    assert old.said("templates/page.html", "static_url_for, 2 times here, stays as it is")
    assert not old.said("other.html")


NESTED = {
    "site/__init__.py": "",
    "shop/__init__.py": (
        "from flask import Flask\nfrom flask_static_digest import FlaskStaticDigest\nfrom shop.admin import admin\n\n\n"
        "def create_app():\n    app = Flask(__name__)\n    app.register_blueprint(admin, url_prefix='/admin')\n"
        "    FlaskStaticDigest(app)\n    return app\n"
    ),
    "shop/admin/__init__.py": (
        "from flask import Blueprint\nfrom shop.admin.users import users\n"
        "admin = Blueprint('admin', __name__, static_folder='static', static_url_path='/s')\n"
        "admin.register_blueprint(users)\n"
    ),
    "shop/admin/users.py": "from flask import Blueprint\nusers = Blueprint('users', __name__, static_folder='files')\n",
    "shop/static/css/app.css": "a {}",
    "shop/admin/static/admin.css": "b {}",
    "shop/admin/files/users.js": "var users;\n",
}


def test_an_app_factory_with_nested_blueprints_has_the_names_that_flask_static_digest_had(old):
    old.write(NESTED).migrate()
    assert old.values["sources"] == [
        "shop/static",
        {"path": "shop/admin/static", "prefix": "admin"},
        {"path": "shop/admin/files", "prefix": "admin.users"},
    ]
    published = sorted(old.build().manifest.entries)
    assert published == real_tools.flask_static_digest(old.folder, "shop")


@pytest.mark.parametrize(
    ("app", "sources", "url"),
    [
        ("app = Flask(__name__, static_folder='assets')", ["assets"], "/assets/"),
        ("app = Flask(__name__, static_folder='assets', static_url_path='')", ["assets"], "/"),
        ("app = Flask(__name__, '/s', 'assets')", ["assets"], "/s/"),
        ("app = Flask(__name__, root_path='deep', static_folder='x')", ["deep/x"], "/x/"),
        ("import os\napp = Flask(__name__, static_folder=os.path.join(os.getcwd(), 'x'))", ["static"], "/static/"),
        ("from quart import Quart\napp = Quart(__name__)", ["static"], "/static/"),
        ("class App(Flask):\n    pass\napp = App(__name__, static_folder='assets')", ["assets"], "/assets/"),
        ("app = Flask(__name__, static_folder=None)", ["static"], "/static/"),
    ],
)
def test_the_static_folder_and_url_of_an_app(old, app, sources, url):
    folders = {"assets/a.css": "a {}", "static/b.css": "b {}", "deep/x/c.css": "c {}"}
    old.write({**folders, "app.py": f"from flask import Flask\n{DIGEST}{app}\n"}).migrate()
    assert (old.values["sources"], old.values["base_url"]) == (sources, url)


@pytest.mark.parametrize("folder", ["../outside", "/etc", "../../../../../../../../etc"])
def test_a_static_folder_that_leads_out_of_the_project_is_left_out_and_named(old, folder):
    (old.folder.parent / "outside").mkdir()
    old.write({"static/b.css": "b {}", "app.py": f"{DIGEST}{APP}Flask(__name__, static_folder='{folder}')"}).migrate()
    assert old.values["sources"] == ["static"]
    assert old.said("app.py:4", "leads out of", "in a folder above")


def test_a_link_that_leads_out_of_the_project_is_no_source(old):
    (old.folder.parent / "outside").mkdir()
    (old.folder / "linked").symlink_to("../outside")
    old.write({"static/b.css": "b {}", "app.py": f"{DIGEST}{APP}Flask(__name__, static_folder='linked')"}).migrate()
    assert old.values["sources"] == ["static"]


@pytest.mark.parametrize(
    ("settings", "url"),
    [
        ("CDN_DOMAIN='cdn.example.net'", "//cdn.example.net/static/"),
        ("CDN_DOMAIN='cdn.example.net', CDN_HTTPS=True", "https://cdn.example.net/static/"),
        ("CDN_DOMAIN='cdn.example.net', CDN_HTTPS=False", "http://cdn.example.net/static/"),
        ("CDN_DOMAIN='cdn.example.net:8080/path/', CDN_HTTPS=None", "//cdn.example.net:8080/path/static/"),
        ("CDN_DOMAIN='https://cdn.example.net'", "https://cdn.example.net/static/"),
        ("CDN_DOMAIN=None", "/static/"),
        ("CDN_DOMAIN='not a host'", "/static/"),
    ],
)
def test_the_domain_of_flask_cdn_is_the_base_url(old, settings, url):
    migrated(old, f"{CDN}app.config.update({settings})")
    assert old.values.get("base_url", "/static/") == url
    assert old.said("app.py:3", "import Pipeline as CDN")


@pytest.mark.parametrize("name", ["CDN_DEBUG", "CDN_TIMESTAMP", "CDN_VERSION"])
def test_settings_of_flask_cdn_that_the_app_still_reads_are_in_the_list(old, name):
    migrated(old, f"{CDN}app.config['{name}'] = True")
    assert old.said("app.py:4", name, "the app still")


def test_endpoints_that_are_not_static_are_named(old):
    migrated(old, f"{CDN}app.config['CDN_ENDPOINTS'] = ['static', 'media']")
    assert old.said("app.py:4", "'media'", "is not built")


def test_two_tools_in_one_app_give_one_configuration(old):
    text = (
        f"{DIGEST}{CDN}app.config['CDN_DOMAIN'] = 'cdn.example.net'\napp.config['FLASK_STATIC_DIGEST_COMPRESSION'] = []"
    )
    migrated(old, text)
    assert old.values["base_url"] == "//cdn.example.net/static/"
    assert old.values["compress"] == []
    assert old.values["sources"] == ["static"]
