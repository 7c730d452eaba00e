"""A project that collects static files; the environment says from where, to where, and with which storage."""

from __future__ import annotations

import os

SECRET_KEY = "-"
INSTALLED_APPS = ["django.contrib.staticfiles"]
STATIC_URL = "/static/"
STATIC_ROOT = os.environ["BENCHMARK_OUTPUT"]
STATICFILES_DIRS = [os.environ["BENCHMARK_SOURCES"]]
STORAGES = {"staticfiles": {"BACKEND": os.environ["BENCHMARK_STORAGE"]}}
