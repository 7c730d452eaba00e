"""Two sites as they were written for Flask-Static-Digest and for Flask-CDN, and the changes that the guides ask for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

FONT = Path(__file__).parents[3] / "example_site/vendor/figtree/figtree-latin-400-normal.woff2"
DOT = '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10"><path fill="{}" d="M0 0h20v10H0z"/></svg>'

STATIC: Mapping[str, str | bytes] = {
    "shop/static/css/site.css": (
        '@import "base.css"; @font-face { font-family: f; src: url(../fonts/f.woff2) format("woff2") }\n'
        "h1 { font-family: f; background: url('../img/dot.svg') }\n"
    ),
    "shop/static/css/base.css": "h1 { color: green }\n",
    "shop/static/fonts/f.woff2": FONT.read_bytes(),
    "shop/static/img/dot.svg": DOT.format("red"),
    "shop/static/js/site.js": "document.documentElement.dataset.site = 'yes';\n",
    "shop/static/js/module.js": "import { name } from './part.js'; document.documentElement.dataset.module = name;\n",
    "shop/static/js/part.js": "export const name = 'part';\n",
    "shop/admin/static/admin.css": "h1 { color: blue; list-style-image: url(img/dot.svg) }\n",
    "shop/admin/static/img/dot.svg": DOT.format("green"),
    "shop/admin/reports/static/chart.js": "document.documentElement.dataset.chart = 'yes';\n",
}

FACTORY = """\
import os
import secrets

from flask import Flask, g, render_template
from {module} import {extension}

from shop.admin import admin

{name} = {extension}()


def create_app():
    app = Flask(__name__)
{settings}
    {name}.init_app(app)
    app.register_blueprint(admin)

    @app.before_request
    def make_nonce():
        g.nonce = secrets.token_urlsafe(16)

    @app.after_request
    def protect(response):
        cdn = os.environ.get("CDN", "")
        response.headers["Content-Security-Policy"] = f"default-src 'self' {{cdn}}; script-src 'nonce-{{g.nonce}}'"
        return response

    @app.route("/")
    def home():
        return render_template("home.html")

    @app.route("/new")
    def new():
        return render_template("new.html")

    return app
"""
ADMIN = """\
from flask import Blueprint, render_template

from shop.admin.reports import reports

admin = Blueprint("admin", __name__, url_prefix="/admin", static_folder="static", template_folder="templates")
admin.register_blueprint(reports)


@admin.route("/")
def page():
    return render_template("admin.html")
"""
REPORTS = """\
from flask import Blueprint, render_template

reports = Blueprint("reports", __name__, url_prefix="/reports", static_folder="static", template_folder="templates")


@reports.route("/")
def page():
    return render_template("reports.html")
"""
LAYOUT = """\
<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Shop</title>
<link rel="icon" href="{{ url('static', filename='img/dot.svg') }}">
<link rel="stylesheet" href="{{ url('static', filename='css/site.css') }}">
{% block head %}{% endblock %}
</head><body><h1>Shop</h1><a href="{{ url_for('admin.page') }}">Admin</a>
<img src="{{ url('static', filename='img/dot.svg') }}" alt="">{% block body %}{% endblock %}
<script src="{{ url('static', filename='js/site.js') }}" nonce="{{ g.nonce }}"></script></body></html>
"""
TEMPLATES = {
    "shop/templates/layout.html": LAYOUT,
    "shop/templates/home.html": "{% extends 'layout.html' %}",
    "shop/admin/templates/admin.html": (
        "{% extends 'layout.html' %}{% block head %}"
        "<link rel=\"stylesheet\" href=\"{{ url('admin.static', filename='admin.css') }}\">{% endblock %}"
        "{% block body %}<img src=\"{{ url('.static', filename='img/dot.svg') }}\" alt=\"\">{% endblock %}"
    ),
    "shop/admin/reports/templates/reports.html": (
        "{% extends 'layout.html' %}{% block body %}"
        "<script src=\"{{ url('admin.reports.static', filename='chart.js') }}\" nonce=\"{{ g.nonce }}\"></script>"
        "<img src=\"{{ url('admin.static', filename='img/dot.svg', _anchor='x') }}\" alt=\"\">{% endblock %}"
    ),
}
NEW = """\
<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Shop</title>
<link rel="icon" href="{{ asset_url('img/dot.svg') }}">
{{ asset_tags('css/site.css', 'admin/admin.css', nonce=g.nonce) }}
{{ preload_tags('js/module.js', nonce=g.nonce) }}
{{ asset_tag('js/module.js', module=True, nonce=g.nonce) }}
{{ asset_tag('admin.reports/chart.js', defer=True, nonce=g.nonce) }}
</head><body><h1>Shop</h1>{{ asset_tag('img/dot.svg', alt='') }}</body></html>
"""
"""A page that is written after the change, with what was not there before."""


def _site(function: str, module: str, extension: str, name: str, settings: str) -> Mapping[str, str | bytes]:
    code = FACTORY.format(module=module, extension=extension, name=name, settings=settings)
    templates = {path: text.replace("{{ url(", f"{{{{ {function}(") for path, text in TEMPLATES.items()}
    python = {"shop/__init__.py": code, "shop/admin/__init__.py": ADMIN, "shop/admin/reports/__init__.py": REPORTS}
    return {**STATIC, **templates, **python, "shop/templates/new.html": NEW}


STATIC_DIGEST = _site(
    "static_url_for",
    "flask_static_digest",
    "FlaskStaticDigest",
    "flask_static_digest",
    '    app.config["FLASK_STATIC_DIGEST_HOST_URL"] = os.environ.get("CDN")',
)
FLASK_CDN = _site(
    "url_for",
    "flask_cdn",
    "CDN",
    "cdn",
    '    app.config["CDN_DOMAIN"] = os.environ.get("CDN", "").removeprefix("http://")\n'
    '    app.config["CDN_HTTPS"] = False',
)
CHANGES = {
    "from flask_static_digest import FlaskStaticDigest": (
        "from pipeline.adapters.flask import Pipeline as FlaskStaticDigest"
    ),
    "from flask_cdn import CDN": "from pipeline.adapters.flask import Pipeline as CDN",
}
"""Lines of the guides in docs/, and what takes their place."""


def migrated(site: Mapping[str, str | bytes]) -> Mapping[str, str | bytes]:
    """A site after the one change that the guide asks for."""
    code = str(site["shop/__init__.py"])
    (before,) = (line for line in CHANGES if line in code)
    return {**site, "shop/__init__.py": code.replace(before, CHANGES[before])}
