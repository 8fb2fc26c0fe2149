"""`trialc play`."""

from __future__ import annotations

import functools
import http.server
import json
from pathlib import Path

import click

from protocol_dsl.cli.exits import CLEAN, CouldNotRun
from protocol_dsl.cli.sources import read
from protocol_dsl.pipeline import check
from protocol_dsl.playground import PYODIDE, Site
from protocol_dsl.registry.scaffold import blank
from protocol_dsl.source import SourceFile

_TYPES = {".mjs": "text/javascript", ".wasm": "application/wasm"}


@click.command("play", short_help="Write and try a protocol in the browser.")
@click.argument("file", required=False)
@click.option(
    "--port", default=8314, show_default=True, type=click.IntRange(0, 65535), help="0: any that is free."
)
@click.option("--out", metavar="DIR", help="Write the page there, for any web server, instead of serving it.")
@click.option(
    "--pyodide", metavar="DIR", help="The folder of the npm package `pyodide`, if not in node_modules."
)
def command(file: str | None, port: int, out: str | None, pyodide: str | None) -> int:
    """Serve a page on this machine in which a protocol is written, checked, tried on patients and read as a document.

    The compiler runs in the browser, so nothing is sent anywhere. It needs Pyodide, which pip does not bring:
    `npm install pyodide` once, in this folder or one above.
    """
    source = read(file) if file else SourceFile("protocol.trial", blank("NCT00000000"))
    site = Site(_pyodide(pyodide), source.text, _patients(source)).files()
    if out is not None:
        for name, content in site.items():
            target = Path(out, name)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        click.echo(f"wrote {Path(out, 'index.html')}")
        return CLEAN
    return _serve(site, port)


def _patients(source: SourceFile) -> str:
    """The patients of the file's first examples, in the form that `trialc run` reads."""
    protocol = check(source).protocol
    examples = protocol.examples[:3] if protocol else ()
    records = [{"id": one.name, "on": one.on, **one.record} for one in examples]
    return json.dumps(records or [{"id": "P-1"}], indent=2, ensure_ascii=False, default=str)


def _pyodide(named: str | None) -> Path:
    """The folder of Pyodide. Raises CouldNotRun where there is none."""
    here = Path.cwd()
    places = [Path(named)] if named else [each / "node_modules" / "pyodide" for each in (here, *here.parents)]
    for place in places:
        if all((place / name).is_file() for name in PYODIDE):
            return place
    where = f"`{named}` holds no Pyodide" if named else "Pyodide is in no node_modules here or above"
    raise CouldNotRun(where, "`npm install pyodide@314`, or name its folder with --pyodide")


class _Handler(http.server.BaseHTTPRequestHandler):
    """Gives the files of a site, and nothing else."""

    def __init__(self, site: dict[str, bytes], *arguments: object) -> None:
        self._site = site
        super().__init__(*arguments)  # type: ignore[arg-type]  # what the server passes on

    def do_GET(self) -> None:
        name = self.path.partition("?")[0].lstrip("/") or "index.html"
        content = self._site.get(name)
        if content is None:
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Type", _type(name))
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing: the terminal belongs to the user."""


def _type(name: str) -> str:
    plain = http.server.SimpleHTTPRequestHandler.extensions_map
    suffix = Path(name).suffix
    known = _TYPES | {".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css"}
    return known.get(suffix) or plain.get(suffix, "application/octet-stream")


def _serve(site: dict[str, bytes], port: int) -> int:
    try:
        server = http.server.ThreadingHTTPServer(("127.0.0.1", port), functools.partial(_Handler, site))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise CouldNotRun(f"port {port} cannot be served: {reason}", "name another with --port") from None
    with server:
        click.echo(f"open http://127.0.0.1:{server.server_address[1]}/ in a browser; Ctrl-C ends it")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return CLEAN
    return CLEAN
