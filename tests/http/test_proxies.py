"""TLS and HTTP/2 by the examples in config/, run by the real nginx and HAProxy: what comes through them is what the server said."""
import json
import re
import shutil
import subprocess

import pytest
from kit import ROOT, clean_env, free_port, wait_until

TILE = "/tiles/uzbekistan/net-co2e/6/43/23.png"
FORGED = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "http", "X-Forwarded-Host": "evil.example", "X-Forwarded-Prefix": "/evil",
          "X-Forwarded-Port": "81", "Forwarded": "for=203.0.113.9;host=evil.example;proto=http"}

pytestmark = pytest.mark.slow


def replaced(text, pairs):
    """A sample with this machine's ports and files; each word must be in it."""
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, str(new))
    return text


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
                    "/CN=map.example", "-addext", "subjectAltName=DNS:map.example", "-keyout", folder / "key", "-out", folder / "crt"],
                   check=True, capture_output=True)
    (folder / "pem").write_text((folder / "crt").read_text() + (folder / "key").read_text())
    return folder


@pytest.fixture(scope="module")
def trusting(start_server, database):
    return start_server(database, FLUXGRID_TRUSTED_PROXIES="127.0.0.1")


def nginx(folder, tls, server, port):
    sample = replaced((ROOT / "config" / "nginx-tls.conf.sample").read_text(), [
        ("127.0.0.1:8080", server.url[7:]), ("listen 443", f"listen 127.0.0.1:{port}"),
        ("/etc/ssl/certs/map.example.pem", tls / "crt"), ("/etc/ssl/private/map.example.key", tls / "key")])
    temporary = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    (folder / "conf").write_text(f"pid {folder}/pid;\ndaemon off;\nevents {{}}\nhttp {{\naccess_log off;\n{temporary}{sample}}}\n")
    return [shutil.which("nginx", path="/usr/sbin:/usr/bin"), "-c", folder / "conf", "-e", folder / "log"]


def haproxy(folder, tls, server, port):
    (folder / "conf").write_text(replaced((ROOT / "config" / "haproxy.cfg.sample").read_text(), [
        ("127.0.0.1:8080", server.url[7:]), ("port 9090", f"port {server.admin.rsplit(':', 1)[1]}"), ("bind :443", f"bind 127.0.0.1:{port}"),
        ("/etc/haproxy/map.example.pem", tls / "pem")]))
    return [shutil.which("haproxy", path="/usr/sbin:/usr/bin"), "-db", "-f", folder / "conf"]


class Proxy:
    def __init__(self, port, certificate):
        self.port, self.certificate = port, certificate
        self.base = f"https://map.example:{port}"

    def get(self, path, headers=()):
        """@return (version of HTTP, status, header lines, body), by curl, which checks the certificate."""
        extra = [word for name, value in dict(headers).items() for word in ("-H", f"{name}: {value}")]
        done = subprocess.run(["curl", "-sS", "--http2", "--noproxy", "*", "--max-time", "30", "--cacert", self.certificate / "crt", "--resolve",
                               f"map.example:{self.port}:127.0.0.1", "-D", "-", *extra, self.base + path], capture_output=True, env=clean_env())
        assert done.returncode == 0, done.stderr
        head, body = done.stdout.split(b"\r\n\r\n", 1)
        version, status = head.split()[:2]
        return version.decode(), int(status), head.decode(), body


@pytest.fixture(scope="module", params=[nginx, haproxy], ids=["nginx", "haproxy"])
def proxy(request, tmp_path_factory, certificate, trusting):
    folder, port = tmp_path_factory.mktemp("proxy"), free_port()
    with open(folder / "out", "wb") as out:
        process = subprocess.Popen(request.param(folder, certificate, trusting, port), stdout=out, stderr=out, env=clean_env())
    made = Proxy(port, certificate)

    def answers():
        assert process.poll() is None, (folder / "out").read_text()
        try:
            return made.get("/v1/gases")[1] == 200
        except AssertionError:
            return False
    try:
        assert wait_until(answers, step=0.1), (folder / "out").read_text()
        yield made
    finally:
        process.terminate()
        process.wait(15)


def test_bytes_and_json_come_through_http2(proxy, trusting):
    version, status, _, body = proxy.get(TILE)
    assert (version, status, body) == ("HTTP/2", 200, trusting.get(TILE).content)
    version, status, _, body = proxy.get("/v1/gases")
    assert (version, status, json.loads(body)) == ("HTTP/2", 200, trusting.json("/v1/gases"))


@pytest.mark.parametrize("forged", [{}, FORGED], ids=["honest", "forged"])
def test_links_are_the_proxys_whatever_a_client_writes(proxy, forged):
    _, status, head, body = proxy.get("/ogc", forged)
    found = {link["href"] for link in json.loads(body)["links"]}
    assert status == 200 and found and all(link.startswith(proxy.base + "/") for link in found), found
    assert b"evil" not in body and "evil" not in head
    _, _, head, _ = proxy.get(TILE, forged)
    assert all(link.startswith(proxy.base + "/") or link.startswith("/") for link in re.findall(r"<([^>]*)>;", head))


def test_the_log_names_the_peer_and_not_the_forged_client(proxy, trusting):
    mark = f"/v1/gases?mark={proxy.port}"
    proxy.get(mark, FORGED)
    assert wait_until(lambda: mark in trusting.log)
    assert [json.loads(line)["client"] for line in trusting.log.splitlines() if mark in line] == ["127.0.0.1"]


def test_a_refusal_of_the_server_comes_through(proxy, trusting):
    path = "/tiles/uzbekistan/nothing/6/43/23.png"
    _, status, head, body = proxy.get(path)
    own = trusting.get(path)
    assert status == own.status_code == 404 and "application/problem+json" in head and json.loads(body)["title"] == own.json()["title"]
