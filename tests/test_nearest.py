"""The nearest of many known names."""

from __future__ import annotations

import difflib

import pytest

from pipeline.nearest import AMONG, Known

FEW = ["css/site.css", "css/Print.css", "img/logo.svg", "js/app.js", "js/vendor/jquery.js"]
MANY = [f"img/{number // 100:03}/photo-{number:05}.jpg" for number in range(3_000)]


@pytest.fixture(params=[FEW, MANY + FEW, FEW + MANY], ids=["few", "many before", "many behind"])
def known(request):
    return Known(request.param)


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("css/sit.css", "css/site.css"),
        ("CSS/SITE.css", "css/site.css"),
        ("css/print.css", "css/Print.css"),
        ("site.css", "css/site.css"),
        ("fonts/LOGO.svg", "img/logo.svg"),
        ("img/logos.png", "img/logo.svg"),
        ("js/vendor/jqeury.js", "js/vendor/jquery.js"),
        ("js/apps.js", "js/app.js"),
        ("css/zzz.css", None),
        ("js/x.js", None),
        ("", None),
        ("img/", None),
    ],
)
def test_case_then_folder_then_likeness_decide_among_few_names_and_among_many(known, name, nearest):
    assert known.nearest(name) == nearest


def test_the_first_of_equals_is_the_nearest():
    assert Known(["b/x.css", "a/x.css"]).nearest("c/x.css") == "b/x.css"
    assert Known(["A.css", "a.CSS"]).nearest("a.css") == "A.css"


def test_among_thousands_that_are_alike_the_folder_counts():
    known = Known(f"pages/{number:04}/index.js" for number in range(5_000))
    assert known.nearest("pages/4242/indx.js") == "pages/4242/index.js"
    assert Known(MANY).nearest("img/017/photo-0172.jpg") in {each for each in MANY if each.startswith("img/017/")}


def test_however_many_names_there_are_few_are_compared(monkeypatch):
    compared = []

    likest = difflib.get_close_matches

    def close(name, candidates, **options):
        compared.append(len(candidates))
        return likest(name, candidates, **options)

    monkeypatch.setattr(difflib, "get_close_matches", close)
    known = Known(f"img/photo-{number}.jpg" for number in range(20_000))
    for number in range(100):
        assert known.nearest(f"img/photo-{number}x.jpg")
    assert len(compared) == 100
    assert max(compared) <= AMONG


def test_answers_for_any_number_of_names_take_no_more_room(monkeypatch):
    monkeypatch.setattr("pipeline.nearest.REMEMBERED", 3)
    known = Known(FEW)
    for number in range(10):
        assert known.nearest(f"css/site.css{number}") == "css/site.css"
        assert len(known._answers) <= 3
