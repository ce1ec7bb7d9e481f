"""A collector that OpenTelemetry's variables name gets the spans of the web process."""

import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ANSWER = """
import concierge.asgi
from concierge.telemetry.spans import start_span
from opentelemetry import trace
start_span("question").end()
trace.get_tracer_provider().force_flush()
"""


def test_the_web_process_sends_its_spans_to_the_collector() -> None:
    sent: list[tuple[str, bytes]] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            """Not into the tests' output."""

    with HTTPServer(("127.0.0.1", 0), Collector) as collector:
        threading.Thread(target=collector.serve_forever, daemon=True).start()
        endpoint = f"http://127.0.0.1:{collector.server_port}"
        run = subprocess.run(
            [sys.executable, "-c", ANSWER],
            cwd=ROOT,
            env={**os.environ, "OTEL_EXPORTER_OTLP_ENDPOINT": endpoint},
            capture_output=True,
            text=True,
        )
        collector.shutdown()
    assert run.returncode == 0, run.stderr
    path, spans = sent[0]
    assert path == "/v1/traces"
    assert b"question" in spans
