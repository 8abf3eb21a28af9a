"""Ten phones in a room and one that means ill: everybody counts once, nothing hostile gets in, and the page closes."""

from __future__ import annotations

import http.client
import re
import socket
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest

from symbiosis.lesson import phones as module
from symbiosis.lesson.phones import LOOPBACK, Phones, checked_address, phones
from symbiosis.lesson.pool import AnswersError, Pool


class Phone:
    """A browser of its own: it keeps its cookie and sends its form."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.host, self.port, self.path = parts.hostname or "", parts.port or 0, parts.path
        self.cookie = ""

    def send(self, method: str, body: str | None = None, path: str = "", **headers: str) -> tuple[int, str]:
        link = http.client.HTTPConnection(self.host, self.port, timeout=5)
        given = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": self.cookie, **headers}
        link.request(method, path or self.path, body, given)
        answer = link.getresponse()
        self.headers = answer.headers
        if answer.headers["Set-Cookie"]:
            self.cookie = answer.headers["Set-Cookie"].partition(";")[0]
        said = answer.read().decode()
        link.close()
        return answer.status, said

    def guess(self, text: str) -> tuple[int, str]:
        self.send("GET")
        return self.send("POST", f"number={text}")


def room() -> Pool:
    return Pool("How many <b>places</b>?", low=0, high=100, unit=" places")


def test_ten_phones_count_once_each() -> None:
    with phones(room()) as page:
        assert page.url.startswith(f"http://{LOOPBACK}:")
        with ThreadPoolExecutor(10) as hall:
            replies = list(hall.map(lambda n: Phone(page.url).guess(str(10 * n)), range(10)))
        assert [status for status, _ in replies] == [200] * 10
        assert page.answers == [10 * n for n in range(10)]
        changes_mind = Phone(page.url)
        changes_mind.guess("5")
        assert "Your guess is in: 7 places" in changes_mind.send("POST", "number=7")[1]
        assert len(page.answers) == 11
        assert 5 not in page.answers


def test_one_phone_means_ill() -> None:
    with phones(room()) as page:
        bad = Phone(page.url)
        assert bad.send("GET", path="/")[0] == 404
        assert bad.send("GET", path="/wrong-token-entirely")[0] == 404
        assert bad.send("GET", path="/../../etc/passwd")[0] == 404
        assert bad.send("POST", "number=5")[0] == 403
        assert bad.send("POST", "number=5", Cookie="phone=abc.def")[0] == 403
        status, said = bad.send("GET")
        assert "How many &lt;b&gt;places&lt;/b&gt;?" in said
        assert "script" not in bad.headers["Content-Security-Policy"]
        assert status == 200
        hostile = (
            "<script>alert(1)</script>",
            "%3Cscript%3E",
            "101",
            "nan",
            "1e9",
            "__import__('os')",
            "",
            "5%0d%0aX:1",
        )
        for text in hostile:
            status, said = bad.send("POST", f"number={text}")
            assert status == 400, text
            assert "<script" not in said
        assert bad.send("POST", "x" * 65)[0] == 413
        assert bad.send("POST", None, **{"Content-Length": "99999999999"})[0] == 413
        assert bad.send("POST", None, **{"Content-Length": "-1"})[0] == 411
        assert bad.send("PUT", "number=5")[0] == 501
        assert page.answers == []
        assert Phone(page.url).guess("42")[0] == 200
        assert page.answers == [42]


def test_a_flood_is_turned_away_and_forgotten() -> None:
    with phones(room()) as page:
        phone = Phone(page.url)
        statuses = [phone.send("GET")[0] for _ in range(200)]
        assert statuses.count(429) > 50
        assert page.refused >= statuses.count(429)
        assert set(statuses) <= {200, 429}


def test_silent_connections_do_not_hold_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SLOWEST_SECONDS", 0.5)
    with phones(room()) as page:
        parts = urlsplit(page.url)
        silent = [socket.create_connection((LOOPBACK, parts.port or 0), 5) for _ in range(module.AT_ONCE)]
        silent[0].settimeout(5)
        assert silent[0].recv(1) == b""  # hung up on
        assert Phone(page.url).guess("42")[0] == 200
        for one in silent:
            one.close()


def test_what_is_kept_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_PHONES", 3)
    monkeypatch.setattr(module, "MOST_ADDRESSES", 5)
    kept = Phones(room())
    for n in range(3):
        kept.take(f"phone {n}", "5")
    with pytest.raises(AnswersError, match="full"):
        kept.take("phone 4", "5")
    kept.take("phone 0", "6")
    for n in range(50):
        kept.allows(f"10.0.0.{n}")
    assert len(kept._buckets) == 5
    assert kept.answers == [5, 5, 6]


def test_the_page_closes() -> None:
    with pytest.raises(ZeroDivisionError), phones(room()) as page:
        raise ZeroDivisionError
    with pytest.raises(ConnectionRefusedError):
        Phone(page.url).send("GET")


@pytest.mark.parametrize("address", ["0.0.0.0", "localhost", "example.org", "", "::", "999.1.1.1"])
def test_an_address_is_one_interface_in_figures(address: str) -> None:
    with pytest.raises(AnswersError):
        checked_address(address)


def test_a_port_that_is_taken_is_named() -> None:
    with (
        phones(room()) as page,
        pytest.raises(AnswersError, match="port"),
        phones(room(), port=urlsplit(page.url).port or 1),
    ):
        pass


def test_every_link_is_another() -> None:
    with phones(room()) as one, phones(room()) as other:
        assert urlsplit(one.url).path != urlsplit(other.url).path
        assert len(re.sub(r"\W", "", urlsplit(one.url).path)) >= 14


def test_a_notebook_shows_the_link_and_closes_with_the_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("segno")
    shown: list[str] = []

    class Handle:
        def update(self, data: dict[str, str], **_: object) -> None:
            shown.append(data["text/plain"])

    def display(data: dict[str, str], **_: object) -> Handle:
        shown.append(data["text/plain"] + data["text/html"][:30])
        return Handle()

    def impatient(_: float) -> None:
        Phone(re.match(r"http://\S+?(?=<)", shown[0]).group()).guess("33")  # type: ignore[union-attr]
        raise KeyboardInterrupt

    monkeypatch.setattr("IPython.display.display", display)
    monkeypatch.setattr(module.time, "sleep", impatient)
    assert module.collect(room(), seconds=60) == [33]
    assert "<svg" in shown[0]
    assert shown[-1] == "1 answers; the page is closed."
    with pytest.raises(AnswersError, match="seconds"):
        module.collect(room(), seconds=1e9)
