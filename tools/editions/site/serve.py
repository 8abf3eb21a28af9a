"""Serve the folder that this file lies in to this computer only: python serve.py [--port 8000] [--no-browser]

It needs Python 3.7 or newer and nothing else, so that it can lie with the site on a USB stick. Where a book and slides
lie beside the folder, they are served too, so that a page of the book finds its live version.
"""

import argparse
import posixpath
import webbrowser
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

HERE = Path(__file__).resolve().parent
BESIDE = ("book", "slides")
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".ipynb": "application/json",
    ".webmanifest": "application/manifest+json",
    ".wasm": "application/wasm",
    ".whl": "application/zip",
    ".zip": "application/zip",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/vnd.microsoft.icon",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".ttf": "font/ttf",
    ".csv": "text/csv; charset=utf-8",
    ".md": "text/markdown; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
}


class Handler(SimpleHTTPRequestHandler):
    """Files with their right types, compressed where a compressed copy lies beside them."""

    protocol_version = "HTTP/1.1"

    def guess_type(self, path):
        """The type that belongs to a file's name, whatever this computer believes."""
        return TYPES.get(posixpath.splitext(str(path))[1].lower(), "application/octet-stream")

    def send_head(self):
        """Answer with the compressed copy when the browser takes it."""
        path = self.translate_path(self.path)
        if "\0" in path:
            return self.send_error(404)
        packed = path + ".gz"
        if "gzip" not in self.headers.get("Accept-Encoding", "") or not Path(packed).is_file():
            return super().send_head()
        file = open(packed, "rb")  # noqa: SIM115 (the caller closes it)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(Path(packed).stat().st_size))
        self.end_headers()
        return file

    def end_headers(self):
        """What changes with a new edition is asked for again; the rest carries its version in its name."""
        self.send_header("Cache-Control", "max-age=31536000, immutable" if "/pyodide/" in self.path else "no-cache")
        self.send_header("Vary", "Accept-Encoding")
        super().end_headers()

    def log_message(self, *arguments):
        """Say nothing of single requests."""


class Several(Handler):
    """Of the folder above, only what is meant to be seen."""

    shown = ()

    def send_head(self):
        """Nothing of other folders; without one, on to the first."""
        asked = Path(self.translate_path(self.path)).relative_to(self.directory).parts
        if asked and asked[0] not in self.shown:
            return self.send_error(404)
        if asked:
            return super().send_head()
        self.send_response(302)
        self.send_header("Location", "/" + self.shown[0] + "/")
        self.send_header("Content-Length", "0")
        return self.end_headers()


def server(folder, port=0, beside=()):
    """A server of a folder on 127.0.0.1; port 0: any that is free. It serves once serve_forever is called.

    beside: names of folders beside it that are served as well; each then has its name in its address.
    """
    handler = type("Shown", (Several,), {"shown": (folder.name, *beside)}) if beside else Handler
    return ThreadingHTTPServer(
        ("127.0.0.1", port), partial(handler, directory=str(folder.parent if beside else folder))
    )


def main(arguments=None, folder=HERE):
    """Serve until Ctrl+C; exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=8000, help="another than 8000; 0 for any that is free")
    parser.add_argument("--no-browser", action="store_true", help="do not open the page")
    options = parser.parse_args(arguments)
    beside = [name for name in BESIDE if (folder.parent / name / "index.html").is_file()]
    try:
        found = server(folder, options.port, beside)
    except OSError as error:
        print(f"error: port {options.port} cannot be used ({error.strerror}); try --port 0")
        return 1
    address = f"http://127.0.0.1:{found.server_address[1]}/"
    others = "".join(f", {name}: {address}{name}/" for name in beside)
    print(f"Open {address}{others} (this computer only). Ctrl+C ends it.", flush=True)
    if not options.no_browser:
        webbrowser.open(address)
    try:
        found.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        found.server_close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
