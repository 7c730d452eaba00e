"""An app whose ``static`` folder Flask-Static-Digest compiles, in place, as it does."""

from __future__ import annotations

import os

from flask import Flask
from flask_static_digest import FlaskStaticDigest

app = Flask(__name__, static_folder=os.environ["BENCHMARK_SOURCES"])
app.config["FLASK_STATIC_DIGEST_COMPRESSION"] = os.environ["BENCHMARK_ENCODINGS"].split()
FlaskStaticDigest(app)
