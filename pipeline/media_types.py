"""Media types by suffix: a fixed table, the same on every machine (https://www.iana.org/assignments/media-types)."""

from __future__ import annotations

from pipeline.path import suffix_of

UTF_8 = "; charset=utf-8"
DEFAULT = "application/octet-stream"

TEXT = {
    ".atom": "application/atom+xml",
    ".cjs": "text/javascript" + UTF_8,
    ".css": "text/css" + UTF_8,
    ".csv": "text/csv" + UTF_8,
    ".geojson": "application/geo+json",
    ".gltf": "model/gltf+json",
    ".htm": "text/html" + UTF_8,
    ".html": "text/html" + UTF_8,
    ".ics": "text/calendar" + UTF_8,
    ".js": "text/javascript" + UTF_8,
    ".json": "application/json",
    ".jsonld": "application/ld+json",
    ".less": "text/plain" + UTF_8,
    ".map": "application/json",
    ".md": "text/markdown" + UTF_8,
    ".mjs": "text/javascript" + UTF_8,
    ".rss": "application/rss+xml",
    ".scss": "text/plain" + UTF_8,
    ".svg": "image/svg+xml",
    ".ts": "text/plain" + UTF_8,
    ".txt": "text/plain" + UTF_8,
    ".vtt": "text/vtt" + UTF_8,
    ".webmanifest": "application/manifest+json",
    ".xhtml": "application/xhtml+xml",
    ".xml": "application/xml",
    ".yaml": "application/yaml",
    ".yml": "application/yaml",
}
"""Types that are text."""

RAW = {
    ".bmp": "image/bmp",
    ".cur": "image/x-icon",
    ".eot": "application/vnd.ms-fontobject",
    ".glb": "model/gltf-binary",
    ".ico": "image/x-icon",
    ".otf": "font/otf",
    ".ttf": "font/ttf",
    ".wasm": "application/wasm",
    ".wav": "audio/wav",
}
"""Binary types that are not compressed in themselves."""

PACKED = {
    ".7z": "application/x-7z-compressed",
    ".aac": "audio/aac",
    ".apng": "image/apng",
    ".avif": "image/avif",
    ".br": "application/x-brotli",
    ".bz2": "application/x-bzip2",
    ".flac": "audio/flac",
    ".gif": "image/gif",
    ".gz": "application/gzip",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".jxl": "image/jxl",
    ".m4a": "audio/mp4",
    ".m4v": "video/mp4",
    ".mov": "video/quicktime",
    ".mp3": "audio/mpeg",
    ".mp4": "video/mp4",
    ".oga": "audio/ogg",
    ".ogg": "audio/ogg",
    ".ogv": "video/ogg",
    ".opus": "audio/ogg",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".tgz": "application/gzip",
    ".webm": "video/webm",
    ".webp": "image/webp",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".xz": "application/x-xz",
    ".zip": "application/zip",
    ".zst": "application/zstd",
}
"""Types that are compressed in themselves: compressing them again makes them larger."""

TYPES = {**PACKED, **RAW, **TEXT}


def media_type(path: str) -> str:
    """The ``Content-Type`` of a file, by its suffix."""
    return TYPES.get(suffix_of(path), DEFAULT)


def compressible(path: str) -> bool:
    """Whether a compressed copy of such a file can be worth its bytes; unknown types are tried."""
    return suffix_of(path) not in PACKED
