"""Reports of errors contain nothing of the request, the record or a person."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

# Serves one broken view to a request with secrets everywhere, and prints what is sent to the server of reports.
SCRIPT = """
import gzip, io, logging, sys, threading, time
from http.server import BaseHTTPRequestHandler, HTTPServer

class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        time.sleep(0.3)  # so that reports are still waiting when the process exits
        body = self.rfile.read(int(self.headers["Content-Length"]))
        print(gzip.decompress(body).decode() if self.headers["Content-Encoding"] == "gzip" else body.decode())
        self.send_response(200)
        self.end_headers()
    def log_message(self, *_): pass

receiver = HTTPServer(("127.0.0.1", 0), Receiver)
threading.Thread(target=receiver.serve_forever, daemon=True).start()
import os
os.environ["SENTRY_DSN"] = f"http://key@127.0.0.1:{receiver.server_port}/1"

from config.wsgi import application
from django.db import IntegrityError
from django.urls import path
from config import urls

def broken(request, token):
    local = request.body
    logging.getLogger("pledges").error("Not sent: %s", "planted-argument")
    raise IntegrityError("Key (name)=(planted-message) already exists.")

urls.urlpatterns.insert(0, path("broken/<str:token>/", broken))
environ = {
    "REQUEST_METHOD": "GET", "PATH_INFO": "/broken/planted-path/", "QUERY_STRING": "q=planted-query",
    "SERVER_NAME": "localhost", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "wsgi.url_scheme": "http",
    "HTTP_COOKIE": "name=planted-cookie", "HTTP_AUTHORIZATION": "Token planted-token", "REMOTE_ADDR": "203.0.113.77",
    "HTTP_USER_AGENT": "planted-agent", "HTTP_X_REQUEST_ID": "the-request-id",
    "CONTENT_LENGTH": "12", "CONTENT_TYPE": "text/plain", "wsgi.input": io.BytesIO(b"planted-body"),
    "wsgi.errors": sys.stderr, "wsgi.multithread": True, "wsgi.multiprocess": False,
}
for host in ("localhost", "stranger.example"):
    response = application(environ | {"HTTP_HOST": host}, lambda status, headers: print(status))
    response.close()
raise RuntimeError("planted-crash")  # what ends a command is reported, too
"""


@pytest.mark.slow
def test_report_has_no_data() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=settings.BASE_DIR,
        env=os.environ,
        capture_output=True,
        text=True,
        check=False,
    )
    sent = done.stdout
    assert "500 Internal Server Error" in sent
    assert "IntegrityError" in sent
    assert "Not sent: %s" in sent
    assert "RuntimeError" in sent
    assert "400 Bad Request" in sent
    assert "DisallowedHost" not in sent  # otherwise, strangers could send any number of reports
    assert sent.count("the-request-id") == 2
    for secret in ("planted", "203.0.113.77", os.uname().nodename):
        assert secret not in sent
