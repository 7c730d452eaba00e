"""What `pipeline config` prints: every value that holds, and where it was set."""

from __future__ import annotations

import json
import os
from pathlib import Path

from pipeline.config import describe, validate
from tests.config.configurations import declared


def test_describe_gives_every_value_and_its_origin(tmp_path: Path) -> None:
    toml = """\
sources = ["assets", { path = "vendor", prefix = "lib", exclude = ["*.map"] }]
cache = "/var/cache/site"
[naming]
style = "query"
[json]
"data/*.json" = ["photos.*.src"]
[bundles]
"one.css" = "css/*.css"
[bundles."a.js"]
sources = ["js/*.js"]
steps = ["concat"]
"""
    settings = declared(tmp_path, toml, {"PIPELINE_NAMING_LENGTH": "8"}, output=str(tmp_path / "out"))
    rows = describe(settings, validate(settings))
    assert rows == [
        ("sources", ["assets", {"path": "vendor", "prefix": "lib", "exclude": ["*.map"]}], "pipeline.toml:1"),
        ("output", "out", "command line --output"),
        ("manifest", "out/manifest.json", "default"),
        ("base_url", "/static/", "default"),
        ("include", [], "default"),
        ("exclude", [], "default"),
        ("follow_links", False, "default"),
        ("compress", ["gzip"], "default"),
        ("minify", True, "default"),
        ("keep_licenses", False, "default"),
        ("strict", True, "default"),
        ("naming.style", "query", "pipeline.toml:4"),
        ("naming.pattern", "{stem}-{fingerprint}{suffix}", "default"),
        ("naming.length", 8, "environment PIPELINE_NAMING_LENGTH"),
        ("naming.keep", [], "default"),
        ("modules", "rewrite", "default"),
        ('json."data/*.json"', ["photos.*.src"], "pipeline.toml:6"),
        ('bundles."one.css".sources', ["css/*.css"], "pipeline.toml:8"),
        ('bundles."one.css".steps', None, "default"),
        ('bundles."one.css".keep', False, "default"),
        ('bundles."a.js".sources', ["js/*.js"], "pipeline.toml:10"),
        ('bundles."a.js".steps', ["concat"], "pipeline.toml:11"),
        ('bundles."a.js".keep', False, "default"),
        ("compile", {}, "default"),
        ("tools", {}, "default"),
        ("source_maps", "off", "default"),
        ("cache", "/var/cache/site", "pipeline.toml:2"),
        ("cache_limit", 1000, "default"),
        ("shared_cache", None, "default"),
        ("executor", "processes", "default"),
        ("watch.minify", False, "default"),
        ("watch.compress", [], "default"),
        ("watch.poll", None, "default"),
        ("jobs", os.cpu_count() or 1, "default"),
    ]
    assert json.loads(json.dumps(rows)) == [list(row) for row in rows]


def test_a_url_as_the_cache_is_described_as_the_shared_one(tmp_path: Path) -> None:
    settings = declared(tmp_path, 'sources = ["assets"]\ncache = "s3://bucket/site"\n')
    rows = [row for row in describe(settings, validate(settings)) if "cache" in row[0] and row[0] != "cache_limit"]
    assert rows == [
        ("cache", ".pipeline-cache", "default"),
        ("shared_cache", "s3://bucket/site", "pipeline.toml:2"),
    ]
