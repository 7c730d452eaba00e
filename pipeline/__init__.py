"""Static assets for Python web apps, built once and served for ever."""

from __future__ import annotations

__version__ = "0.1.0"
