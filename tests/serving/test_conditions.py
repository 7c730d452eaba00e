"""Preconditions and ranges (RFC 9110, sections 13 and 14)."""

from __future__ import annotations

import pytest

from pipeline.serving.conditions import FAILED, NOT_MODIFIED, OK, part, precondition

TAG = '"tag+/="'
MODIFIED = 784_111_777
DATE, LATER, EARLIER = (f"Sun, 06 Nov 1994 08:49:{second} GMT" for second in (37, 38, 36))
SIZE = 1000


@pytest.mark.parametrize(
    ("known", "status"),
    [
        (TAG, NOT_MODIFIED),
        (f"W/{TAG}", NOT_MODIFIED),
        ("*", NOT_MODIFIED),
        (" * ", NOT_MODIFIED),
        (f'"a", {TAG}', NOT_MODIFIED),
        (f'"a",W/{TAG} , "b"', NOT_MODIFIED),
        (f'"a,b", {TAG}', NOT_MODIFIED),
        ('"tag"', OK),
        ("tag+/=", OK),
        (f"w/{TAG}", OK),
        ('"*"', OK),
        ("", OK),
    ],
)
def test_what_is_known_already_is_not_sent_again(known: str, status: int):
    assert precondition({"HTTP_IF_NONE_MATCH": known}, TAG, MODIFIED) == status


@pytest.mark.parametrize(
    ("date", "status"),
    [
        (DATE, NOT_MODIFIED),
        (LATER, NOT_MODIFIED),
        (EARLIER, OK),
        ("Sunday, 06-Nov-94 08:49:37 GMT", NOT_MODIFIED),
        ("Sun Nov  6 08:49:37 1994", NOT_MODIFIED),
        ("Sun Nov  6 08:49:36 1994", OK),
        ("yesterday", OK),
        ("Sun, 99 Xyz 1994 99:99:99 GMT", OK),
        ("Sun, 06 Nov 999999999999 08:49:37 GMT", OK),
        ("", OK),
        ("0" * 100_000, OK),
    ],
)
def test_what_is_not_newer_is_not_sent_again(date: str, status: int):
    assert precondition({"HTTP_IF_MODIFIED_SINCE": date}, TAG, MODIFIED) == status


def test_a_tag_counts_more_than_a_date():
    assert precondition({"HTTP_IF_NONE_MATCH": '"x"', "HTTP_IF_MODIFIED_SINCE": LATER}, TAG, MODIFIED) == OK
    assert precondition({"HTTP_IF_MATCH": TAG, "HTTP_IF_UNMODIFIED_SINCE": EARLIER}, TAG, MODIFIED) == OK


@pytest.mark.parametrize(
    ("wanted", "status"), [(TAG, OK), ("*", OK), (f'"x", {TAG}', OK), (f"W/{TAG}", FAILED), ('"x"', FAILED)]
)
def test_who_wants_one_version_gets_no_other(wanted: str, status: int):
    assert precondition({"HTTP_IF_MATCH": wanted}, TAG, MODIFIED) == status


@pytest.mark.parametrize(("date", "status"), [(DATE, OK), (LATER, OK), (EARLIER, FAILED), ("never", OK)])
def test_who_wants_no_newer_version_gets_none(date: str, status: int):
    assert precondition({"HTTP_IF_UNMODIFIED_SINCE": date}, TAG, MODIFIED) == status


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("bytes=0-0", (0, 1)),
        ("bytes=0-999", (0, 1000)),
        ("bytes=10-", (10, 990)),
        ("bytes=990-5000", (990, 10)),
        ("bytes=-1", (999, 1)),
        ("bytes=-5000", (0, 1000)),
        ("Bytes = 1-2", (1, 2)),
        ("bytes=0-1,2-3", None),
        ("bytes=0-,", None),
        ("bytes=-", None),
        ("bytes=5-2", None),
        ("bytes=a-b", None),
        ("bytes=٣-٤", None),
        ("bytes=0x1-2", None),
        ("lines=0-1", None),
        ("bytes", None),
        ("", None),
        ("bytes=0-" + "9" * 100_000, None),
    ],
)
def test_one_part_may_be_asked_for_anything_else_gets_all(wanted: str, found: tuple[int, int] | None):
    assert part({"HTTP_RANGE": wanted}, TAG, MODIFIED, SIZE) == found


@pytest.mark.parametrize("wanted", ["bytes=1000-", "bytes=1000-1001", "bytes=-0"])
def test_a_part_that_is_not_there_cannot_be_sent(wanted: str):
    with pytest.raises(ValueError, match="there are 1000 bytes"):
        part({"HTTP_RANGE": wanted}, TAG, MODIFIED, SIZE)


def test_an_empty_file_has_no_parts():
    for wanted in ("bytes=0-", "bytes=-1", "bytes=0-0"):
        with pytest.raises(ValueError, match="there are 0 bytes"):
            part({"HTTP_RANGE": wanted}, TAG, MODIFIED, 0)


@pytest.mark.parametrize(
    ("version", "found"),
    [
        (TAG, (0, 1)),
        (DATE, (0, 1)),
        (f"W/{TAG}", None),
        ('"x"', None),
        (LATER, None),
        (EARLIER, None),
        ("", None),
        ("*", None),
    ],
)
def test_a_part_of_another_version_is_not_sent(version: str, found: tuple[int, int] | None):
    assert part({"HTTP_RANGE": "bytes=0-0", "HTTP_IF_RANGE": version}, TAG, MODIFIED, SIZE) == found
