"""A small page of our own that takes one number from each phone in the room, and closes when it is left.

It is opened by choice only, on this machine alone unless an address is given, and its link holds a token. It asks for
no name, runs no script, keeps nothing but the numbers, and refuses what is too large, too frequent or no number.
Whoever has the link can send from several browsers: it is a show of hands, not an election.
"""

from __future__ import annotations

import hmac
import ipaddress
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from symbiosis.charts.style import COLOURS
from symbiosis.lesson.pool import AnswersError, Pool, number_of

MOST_BODY = 64
MOST_PHONES = 1_000
MOST_ADDRESSES = 2_000
AT_ONCE = 64
BURST, A_SECOND = 80.0, 20.0
"""Requests that one address may send at once, and then in a second: a hall behind one router shares an address."""
SLOWEST_SECONDS = 5.0
LOOPBACK = "127.0.0.1"
HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Your guess</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>
:root {{ color-scheme: light dark; --ink: {ink}; --paper: {paper}; --edge: {urban}; --on: {paper} }}
@media (prefers-color-scheme: dark) {{ :root {{ --ink: {grid}; --paper: {ink}; --edge: {faint}; --on: {ink} }} }}
body {{ font: 1.25rem/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper);
  max-width: 30rem; margin: 0 auto; padding: 1.5rem }}
h1 {{ font-size: 1.35rem; line-height: 1.3 }} label, input, button {{ display: block; width: 100%;
  box-sizing: border-box }}
input, button {{ font: inherit; padding: .6rem; margin: .4rem 0 1rem; border-radius: .4rem;
  border: 2px solid var(--edge) }}
button {{ background: var(--edge); color: var(--on); font-weight: bold }}
:focus-visible {{ outline: 3px solid {rural} }}
</style></head><body><main><h1>{question}</h1><p role="status">{said}</p>
<form method="post"><label for="number">Your guess, from {low} to {high}{unit}</label>
<input id="number" name="number" inputmode="decimal" autocomplete="off" maxlength="20" required>
<button>Send</button></form><p>No name is asked for or kept.</p></main></body></html>"""


@dataclass
class Phones:
    """What the page has been sent: one number for each browser; refused: how many requests were turned away."""

    pool: Pool
    url: str = ""
    refused: int = 0
    _answers: dict[str, float] = field(default_factory=dict)
    _buckets: dict[str, tuple[float, float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _key: bytes = field(default_factory=lambda: secrets.token_bytes(32))

    @property
    def answers(self) -> list[float]:
        """The numbers sent so far, sorted, so that their order says nothing about anybody."""
        with self._lock:
            return sorted(self._answers.values())

    def page(self, said: str = "") -> bytes:
        """What a phone shows: the question, what was said of the last answer, and a field for a number."""
        ask = self.pool
        words = {
            "question": ask.question,
            "said": said,
            "unit": ask.unit,
            "low": f"{ask.low:g}",
            "high": f"{ask.high:g}",
        }
        return PAGE.format(**COLOURS, **{key: escape(text) for key, text in words.items()}).encode()

    def new_phone(self) -> str:
        """A random mark for a browser, signed, so that nothing has to be kept of those who only look."""
        mark = secrets.token_hex(8)
        return f"{mark}.{self._signed(mark)}"

    def knows(self, phone: str) -> bool:
        """Whether this mark is one that the page gave."""
        mark, _, signature = phone.partition(".")
        return hmac.compare_digest(signature.encode(), self._signed(mark).encode())

    def take(self, phone: str, text: str) -> str:
        """Keep the number of a phone in place of its last one; what to say to it. AnswersError where it is none."""
        number = number_of(text.replace(",", "."), self.pool.low, self.pool.high)
        with self._lock:
            if phone not in self._answers and len(self._answers) >= MOST_PHONES:
                raise AnswersError("the page is full")
            self._answers[phone] = number
        # As it was sent: rounded, it would look like another.
        said = f"{number:.12g}{self.pool.unit}"
        return f"Your guess is in: {said}. Until the page closes you may send another in its place."

    def allows(self, address: str) -> bool:
        """Whether an address may send a request now; each has a bucket that fills with time."""
        now = time.monotonic()
        with self._lock:
            left, before = self._buckets.pop(address, (BURST, now))
            left = min(BURST, left + (now - before) * A_SECOND)
            self._buckets[address] = (max(0.0, left - 1), now)
            while len(self._buckets) > MOST_ADDRESSES:
                self._buckets.pop(next(iter(self._buckets)))
            if left < 1:
                self.refused += 1
            return left >= 1

    def _signed(self, mark: str) -> str:
        return hmac.new(self._key, mark.encode(), "sha256").hexdigest()[:32]


def checked_address(address: str) -> str:
    """An address of one interface of this machine; AnswersError for a name, or for every interface at once."""
    try:
        found = ipaddress.IPv4Address(address)
    except ValueError:
        raise AnswersError(
            f"{address!r} is no address like 192.168.1.20; ask your system for that of its Wi-Fi"
        ) from None
    if found.is_unspecified:
        raise AnswersError(f"{address} would open the page on every network; give the address of one")
    return str(found)


@contextmanager
def phones(pool: Pool, *, address: str = LOOPBACK, port: int = 0) -> Iterator[Phones]:
    """Serve the page until the block ends; its url holds the token.

    address: of this machine in the hall's network; the default reaches this machine alone. port: 0 for any free one.
    """
    kept = Phones(pool)
    try:
        server = _Server(kept, f"/{secrets.token_urlsafe(12)}", checked_address(address), port)
    except OSError as error:
        raise AnswersError(f"no page can be opened at {address}, port {port}: {error.strerror or error}") from None
    kept.url = f"http://{address}:{server.server_address[1]}{server.path}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
    thread.start()
    try:
        yield kept
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    """Answers one phone."""

    server: _Server
    server_version, sys_version = "guess", ""

    def setup(self) -> None:
        self.request.settimeout(SLOWEST_SECONDS)
        super().setup()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is written down."""

    def do_GET(self) -> None:
        if self._may():
            kept = self.server.kept
            self._answer(200, kept.page(), "" if kept.knows(self._phone()) else kept.new_phone())

    def do_POST(self) -> None:
        if not self._may():
            return
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit()):
            self._refuse(411)
        elif len(length) > 6 or int(length) > MOST_BODY:
            self._refuse(413)
        elif not self.server.kept.knows(self._phone()):
            self._refuse(403)
        else:
            self._take(self.rfile.read(int(length)).decode("ascii", "replace"))

    def _take(self, body: str) -> None:
        kept = self.server.kept
        try:
            said = kept.take(self._phone(), parse_qs(body).get("number", [""])[0])
        except AnswersError as error:
            self._answer(400, kept.page(f"Not taken: {error}."))
        else:
            self._answer(200, kept.page(said))

    def _phone(self) -> str:
        found = self.headers.get("Cookie", "")[:200].partition("phone=")[2].partition(";")[0]
        return found.strip()

    def _may(self) -> bool:
        if not self.server.kept.allows(self.client_address[0]):
            self._refuse(429)
        elif not hmac.compare_digest(self.path.encode("utf-8", "replace"), self.server.path.encode()):
            self._refuse(404)
        else:
            return True
        return False

    def _refuse(self, status: int) -> None:
        self.close_connection = True
        self._answer(status, b"")

    def _answer(self, status: int, content: bytes, phone: str = "") -> None:
        self.send_response(status)
        for name, value in HEADERS.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        if phone:
            self.send_header("Set-Cookie", f"phone={phone}; Path={self.server.path}; HttpOnly; SameSite=Strict")
        self.end_headers()
        self.wfile.write(content)


class _Server(ThreadingHTTPServer):
    """A thread for each request, AT_ONCE of them at most; the rest is hung up on."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, kept: Phones, path: str, address: str, port: int) -> None:
        self.kept, self.path = kept, path
        self._free = threading.BoundedSemaphore(AT_ONCE)
        super().__init__((address, port), _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        if self._free.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.kept.refused += 1
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._free.release()

    def handle_error(self, request: object, client_address: object) -> None:
        """A phone that hangs up in mid-sentence is nobody's error."""


def qr_svg(url: str) -> str:
    """The link as a QR code, an SVG picture; AnswersError where the package that draws it is missing."""
    try:
        import segno
    except ImportError:
        raise AnswersError(
            "QR codes need the package segno, in the extra lab; or write the link on the board"
        ) from None
    drawn: str = segno.make(url, error="m").svg_inline(
        scale=7, border=3, dark=COLOURS["ink"], light=COLOURS["paper"], title="QR code of the link below"
    )
    return drawn


def collect(pool: Pool, *, seconds: float, address: str = LOOPBACK, port: int = 0) -> list[float]:
    """Show the link with its QR code, and take answers until the time is over or the cell is interrupted."""
    from IPython.display import display

    from symbiosis.lesson.cards import prose

    if not 5 <= seconds <= 1_800:
        raise AnswersError(f"{seconds!r} seconds: keep the page open for 5 to 1,800")
    with phones(pool, address=address, port=port) as page:
        reach = "this machine only" if address == LOOPBACK else "phones in the same network"
        link = f'<p style="font-size:1.3em"><a href="{escape(page.url)}">{escape(page.url)}</a><br>Open to {reach}.</p>'
        display({"text/html": qr_svg(page.url) + link, "text/plain": page.url}, raw=True)
        shown = display(prose("0 answers").bundle, raw=True, display_id=True)
        end = time.monotonic() + seconds
        try:
            while (left := end - time.monotonic()) > 0:
                shown.update(prose(f"{len(page.answers)} answers, {left:.0f} s left").bundle, raw=True)
                time.sleep(min(1.0, left))
        except KeyboardInterrupt:
            pass
        answers = page.answers
    shown.update(prose(f"{len(answers)} answers; the page is closed.").bundle, raw=True)
    return answers
