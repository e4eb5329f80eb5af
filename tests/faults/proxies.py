"""nginx and HAProxy in front of a server, on loopback, each with a log that says what it passed on."""
from __future__ import annotations

import contextlib
import pathlib
import re
import subprocess
import time

from kit import free_port, identity
from rawhttp import connect

NGINX = """
daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.err; worker_processes 1;
events {{ worker_connections 256; }}
http {{
  log_format passed '$upstream_status $request'; access_log {folder}/nginx.log passed;
  client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{ listen 127.0.0.1:{port};
    location / {{ proxy_pass http://127.0.0.1:{server}; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $http_host; }} }}
}}
"""
HAPROXY = """
global
  log stdout format raw local0
defaults
  mode http
  log global
  option httplog
  timeout connect 2s
  timeout client 3s
  timeout server 5s
  timeout http-request 3s
frontend in
  bind 127.0.0.1:{port}
  default_backend map
backend map
  server one 127.0.0.1:{server}
"""


class Proxy:
    """url is where to ask; passed() counts the requests it gave to the server."""

    def __init__(self, name: str, folder: pathlib.Path, server_port: int):
        self.name, self.folder, self.port = name, folder, free_port()
        self.log = folder / f"{name}.log"
        conf = folder / f"{name}.conf"
        conf.write_text({"nginx": NGINX, "haproxy": HAPROXY}[name].format(folder=folder, port=self.port, server=server_port))
        command = {"nginx": ["/usr/sbin/nginx", "-p", str(folder), "-c", str(conf)], "haproxy": ["/usr/sbin/haproxy", "-f", str(conf)]}[name]
        self.output = open(self.log if name == "haproxy" else folder / "nginx.out", "ab")
        self.process = subprocess.Popen(command, stdout=self.output, stderr=subprocess.STDOUT, **identity())

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def wait(self) -> "Proxy":
        for _ in range(100):
            with contextlib.suppress(OSError):
                connect(self.url).close()
                return self
            time.sleep(0.05)
        raise AssertionError(f"{self.name} does not start: {self.log.read_text() if self.log.exists() else ''}")

    def passed(self) -> int:
        text = self.log.read_text() if self.log.exists() else ""
        pattern = r"^\d{3} " if self.name == "nginx" else r" map/one "
        return len(re.findall(pattern, text, re.M))

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)
        self.output.close()


@contextlib.contextmanager
def in_front(name: str, folder: pathlib.Path, server):
    folder.mkdir(exist_ok=True)
    who = identity()
    if who:
        import os
        os.chown(folder, who["user"], who["group"])
    proxy = Proxy(name, folder, server.port)
    try:
        yield proxy.wait()
    finally:
        proxy.stop()
