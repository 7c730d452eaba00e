"""The projects beside this file are excerpts of packages, not tests."""

from __future__ import annotations

collect_ignore = ["projects"]
