"""Django's admin in Chromium, in production settings: assets from another origin, with SRI, under a strict policy."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import django
import pytest
from playwright.sync_api import Browser, Page

from tests.adapters.django_project import Project, Server
from tests.browsers import Visit

NONCES = django.VERSION >= (6, 1)
"""Whether the admin has nonces in all of its elements."""
ADMIN = """
INSTALLED_APPS = [
    "pipeline.adapters.django",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "shop",
]
MIDDLEWARE = [
    "shop.policy.middleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
TEMPLATES[0]["OPTIONS"]["context_processors"] += [
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CDN = STATIC_URL.removesuffix("/static/")
"""
OWN_POLICY = """
# The admin's scripts have no nonces before Django 6.1, so the policy names where they come from.
POLICY = f"default-src 'self' {CDN}; script-src 'nonce-NONCE' 'self' {CDN}; img-src 'self' data: {CDN}"
"""
DJANGOS_POLICY = """
from django.utils.csp import CSP

MIDDLEWARE[0] = "django.middleware.csp.ContentSecurityPolicyMiddleware"
TEMPLATES[0]["OPTIONS"]["context_processors"] += ["django.template.context_processors.csp"]
SECURE_CSP = {
    "default-src": [CSP.SELF, CDN],
    "script-src": [CSP.NONCE],
    "style-src": [CSP.SELF, CSP.NONCE, CDN],
    "img-src": [CSP.SELF, "data:", CDN],
}
"""
POLICY = """
import secrets

from django.conf import settings


def middleware(get_response):
    def respond(request):
        request.csp_nonce = secrets.token_urlsafe(16)
        response = get_response(request)
        response["Content-Security-Policy"] = settings.POLICY.replace("NONCE", request.csp_nonce)
        return response

    return respond
"""
MODELS = """
from django.contrib.auth.models import User
from django.db import models


class Product(models.Model):
    name = models.CharField(max_length=50)
    slug = models.SlugField()
    since = models.DateTimeField()
    keeper = models.ForeignKey(User, models.CASCADE)
"""
ADMINS = """
from django.contrib import admin
from pipeline.adapters.django.media import Asset

from shop.models import Product


@admin.register(Product)
class ProductAdmin(admin.ModelAdmin):
    prepopulated_fields = {"slug": ["name"]}
    autocomplete_fields = ["keeper"]
    list_filter = ["since"]

    class Media:
        css = {"all": ["shop/product.css"]}
        js = [Asset("shop/product.js", defer=True), Asset("shop/more.mjs")]
"""
PAGE = """
{% load pipeline %}<!doctype html><html lang="en"><title>Shop</title><link rel="icon" href="data:,">
{% preload_tags "shop/more.mjs" %}{% asset_tags "shop/product.css" "shop/product.js" "shop/more.mjs" %}
<body><h1>Shop</h1>
"""
FILES = {
    "shop/static/shop/product.css": "h1 { color: rgb(1, 2, 3) } body { background: url(x.svg) }",
    "shop/static/shop/x.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
    "shop/static/shop/product.js": "document.documentElement.dataset.product = 'here'",
    "shop/static/shop/more.mjs": "import { word } from './word.mjs'; document.documentElement.dataset.word = word",
    "shop/static/shop/word.mjs": "export const word = 'said'",
    "shop/templates/shop.html": PAGE,
    "shop/models.py": MODELS,
    "shop/admin.py": ADMINS,
    "shop/policy.py": POLICY,
    "urls.py": "from django.contrib import admin\nfrom django.http import HttpResponse\nfrom django.urls import path\n"
    "from django.views.generic import TemplateView\n"
    "urlpatterns = [path('admin/', admin.site.urls), path('', TemplateView.as_view(template_name='shop.html')),\n"
    "    path('favicon.ico', lambda request: HttpResponse(status=204))]\n",
}
KEEPER = {
    "DJANGO_SUPERUSER_PASSWORD": "in a test",
    "DJANGO_SUPERUSER_USERNAME": "a",
    "DJANGO_SUPERUSER_EMAIL": "a@example.com",
}


class Cdn(SimpleHTTPRequestHandler):
    """Serves the output below ``/static/``, to pages of any origin."""

    def translate_path(self, path: str) -> str:
        return super().translate_path(path.removeprefix("/static"))

    def end_headers(self) -> None:
        self.send_header("Access-Control-Allow-Origin", "*")
        super().end_headers()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Cdn, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def is_well(visit: Visit) -> bool:
    """Whether nothing was missing, and the console is empty."""
    assert {each.url for each in visit.responses if each.status >= 400} == set()
    assert visit.complaints == []
    return True


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, str, Project]]:
    """The admin of a project, and where its assets come from."""
    project = Project(tmp_path_factory.mktemp("django") / "shop", ADMIN + (DJANGOS_POLICY if NONCES else OWN_POLICY))
    project.write(FILES)
    with serving(project.folder / "public") as cdn:
        own = {"STATIC_URL": f"{cdn}/static/"}
        project.done("migrate", "--run-syncdb", "-v0", **own)
        project.done("createsuperuser", "--noinput", **own, **KEEPER)
        project.done("collectstatic", "--noinput", **own)
        with project.server("serve.py", "PORT", **own) as server:
            yield server, cdn, project


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    context = browser.new_context()
    yield Visit(context.new_page())
    context.close()


def shown(page: Page, selector: str, name: str) -> Any:
    style = "([selector, name]) => getComputedStyle(document.querySelector(selector)).getPropertyValue(name)"
    return page.evaluate(style, [selector, name])


def test_djangos_admin_works_from_another_origin_with_an_empty_console(site, visit):
    server, cdn, project = site
    page = visit.page
    page.goto(f"{server.address}/admin/", wait_until="networkidle")
    assert shown(page, "#header", "display") == "flex"  # the stylesheet is at work
    page.fill("#id_username", "a")
    page.fill("#id_password", "in a test")
    page.click("[type=submit]")
    page.get_by_text("Recent actions").first.wait_for()
    page.wait_for_load_state("networkidle")  # what is left while it loads is a request that failed
    page.goto(f"{server.address}/admin/shop/product/add/", wait_until="networkidle")
    page.fill("#id_name", "Blue Chair")
    page.press("#id_name", "Tab")
    assert page.input_value("#id_slug") == "blue-chair"  # the scripts are
    page.locator(".datetimeshortcuts a", has_text="Today").click()
    page.locator(".datetimeshortcuts a", has_text="Now").click()
    page.click(".select2-selection")
    page.locator(".select2-results__option", has_text="a").first.click()
    assert page.evaluate("document.documentElement.dataset.product") == "here"
    assert page.evaluate("document.documentElement.dataset.word") == "said"
    script = page.locator("script[src*='shop/product.']")
    entry = project.manifest()["shop/product.js"]
    assert script.get_attribute("src") == f"{cdn}/static/{entry.url}"
    assert script.get_attribute("integrity") == entry.integrity
    assert script.get_attribute("crossorigin") == "anonymous"
    page.click("[name=_continue]")
    page.wait_for_url("**/change/*")
    page.wait_for_load_state("networkidle")
    assert page.locator(".success").count() == 1
    page.goto(f"{server.address}/admin/shop/product/", wait_until="networkidle")
    assert is_well(visit)
    asked = {each.url.removeprefix(f"{cdn}/static/") for each in visit.responses if each.url.startswith(cdn)}
    assert len(asked) > 20
    assert asked <= {entry.url for entry in project.manifest().entries.values()}
    policy = visit.responses[-1].request.frame.page.context.request.get(f"{server.address}/admin/login/").headers
    assert "'nonce-" in policy["content-security-policy"]
    if NONCES:
        assert cdn not in policy["content-security-policy"].partition("script-src")[2].partition(";")[0]


def test_a_page_of_tags_has_nonces_and_integrity_for_scripts_styles_and_preloads(site, visit):
    server, cdn, _ = site
    page = visit.page
    page.goto(server.address, wait_until="networkidle")
    assert shown(page, "h1", "color") == "rgb(1, 2, 3)"
    assert page.evaluate("({...document.documentElement.dataset})") == {"product": "here", "word": "said"}
    assert is_well(visit)
    elements = page.evaluate(
        "[...document.querySelectorAll('script, link:not([rel=icon])')].map(e => [e.nonce !== '', e.integrity !== ''])"
    )
    assert elements == [[True, True]] * 4
    assert sum(each.url.startswith(cdn) for each in visit.responses) == 5


def test_a_file_that_somebody_changed_is_not_run(site, visit):
    server, _, project = site
    file = project.folder / "public" / project.manifest()["shop/product.js"].file
    before = file.read_bytes()
    file.write_bytes(before + b"//")
    try:
        visit.page.goto(server.address, wait_until="networkidle")
    finally:
        file.write_bytes(before)
    assert visit.page.evaluate("document.documentElement.dataset.product ?? ''") == ""
    assert any("integrity" in each for each in visit.complaints)
