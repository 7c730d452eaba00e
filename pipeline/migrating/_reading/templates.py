"""Tags and calls in the templates of Jinja and Django, found in one pass; nothing is rendered, no engine is needed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from pipeline.expressions import expression
from pipeline.migrating import Place
from pipeline.migrating._reading.project import TEMPLATES, Project, is_test

OPEN = expression(r"\{#|\{\{|\{%[-+]?\s*+(\w*+)")
CLOSE = {"{#": "#}", "{{": "}}", "{%": "%}"}
JINJA = expression(r"(?:\.jinja2?|\.j2)$|(?:^|/)jinja2/")
NOT_READ = {"comment": "endcomment", "raw": "endraw", "verbatim": "endverbatim"}


@dataclass(frozen=True, slots=True)
class Token:
    """A tag, an expression, or a comment.

    Attributes:
        name: of the tag; ``""`` for an expression.
        text: what stands behind the name.
        start, stop: in the text of the template.
    """

    name: str
    text: str
    line: int
    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Template:
    """A template's text and tokens, comments and literal parts left out."""

    path: str
    text: str
    tokens: tuple[Token, ...]

    def place(self, token: Token) -> Place:
        """The line of a token."""
        return Place(self.path, token.line)

    def tag(self, path: str, attributes: Mapping[str, object]) -> str:
        """The element of a bundle as it is written here: a tag of Django, or a function of Jinja by the file's name."""
        given = [f"{key}={_quoted(value)}" for key, value in attributes.items()]
        if JINJA.search(self.path):
            return f"{{{{ asset_tag({', '.join([_quoted(path), *given])}) }}}}"
        return f"{{% asset_tag {' '.join([_quoted(path), *given])} %}}"


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag with an end.

    Attributes:
        inner: what stands between the two.
        tokens: those in it.
    """

    template: Template
    token: Token
    inner: str
    tokens: tuple[Token, ...]

    @property
    def place(self) -> Place:
        """Its line."""
        return self.template.place(self.token)


@lru_cache(maxsize=4)
def templates(project: Project) -> tuple[Template, ...]:
    """All templates of a project; those of its tests only if there are no others."""
    found = []
    for file in project.files(TEMPLATES):
        content = project.read(file) or b""
        if b"{%" in content or b"{{" in content:
            text = content.decode("utf-8", "replace")
            found.append(Template(project.shown(file), text, tuple(_tokens(text))))
    return tuple(each for each in found if not is_test(each.path)) or tuple(found)


def tags(project: Project, names: Collection[str], within: str = "") -> Iterator[tuple[Template, Token]]:
    """Every tag with one of some names, but for those up to the end of a tag ``within``."""
    for template in templates(project):
        inside = False
        for token in template.tokens:
            inside = token.name == within if token.name in {within, f"end{within}"} and within else inside
            if token.name in names and not inside:
                yield template, token


def blocks(project: Project, name: str) -> Iterator[Tag]:
    """Every tag of a name up to its ``end…``; none of them has another of its name in it."""
    for template in templates(project):
        begun: int | None = None
        for index, token in enumerate(template.tokens):
            if token.name == name:
                begun = index
            elif token.name == f"end{name}" and begun is not None:
                first = template.tokens[begun]
                yield Tag(template, first, template.text[first.stop : token.start], template.tokens[begun + 1 : index])
                begun = None


def _quoted(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else repr(value)


def _tokens(text: str) -> Iterator[Token]:
    """Every tag and expression; a comment or literal part is one token from its beginning to its end."""
    line, counted, position = 1, 0, 0
    begun: Token | None = None
    while match := OPEN.search(text, position):
        kind = match[0][:2]
        stop = text.find(CLOSE[kind], match.end())
        if stop < 0:
            return
        line += text.count("\n", counted, match.start())
        counted, position = match.start(), stop + 2
        name = match[1] or ("comment" if kind == "{#" else "")
        token = Token(name, text[match.end() : stop].strip().rstrip("-+").strip(), line, match.start(), position)
        if begun:
            if name == NOT_READ[begun.name]:
                yield replace(begun, text="", stop=position)
                begun = None
        elif kind != "{#" and name in NOT_READ:
            begun = token
        else:
            yield replace(token, text="") if kind == "{#" else token
