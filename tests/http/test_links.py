"""Every link of every document leads where it says, straight and behind nginx with a prefix (config/nginx.conf.sample)."""
import pathlib
import re
import subprocess

import pytest
import requests
from kit import ROOT, free_port, identity, wait_until
from walk import Walker, report

STARTS = ["/docs", "/openapi.json", "/ogc", "/wmts/1.0.0/WMTSCapabilities.xml", "/wmts?", "/wms?", "/wms?SERVICE=WMS&VERSION=1.1.1&REQUEST=GetCapabilities",
          "/tiles/uzbekistan/net-co2e.json", "/tiles/uzbekistan@1.0.0/emissions-ch4.json?year=2020", "/tiles/districts.json", "/tiles/sources.json",
          "/v1/releases", "/v1/styles", "/v1/gases", "/v1/gwp", "/v1/sectors", "/v1/districts?limit=5", "/v1/sources?limit=5",
          "/v1/emissions?year=2022&groupby=sector", "/v1/at?lon=66.9&lat=40.1", "/v1/rank?by=district", "/v1/changes",
          "/v1/compare?year=2015&to_year=2022", "/v1/summary", "/v1/indicators", "/legend/density-inferno.json"]
# What a walk must have come by, by the first and second part of the shape: a walk that finds nothing finds no fault either.
MUST_SEE = {"docs", "ogc", "wmts", "wms", "tiles", "v1", "legend"}


def check(walker):
    assert not walker.faults, "\n".join(walker.faults[:30]) + "\n" + report(walker)
    seen = {key[0].split("?")[0] for key in walker.asked}
    assert seen >= MUST_SEE, report(walker)
    assert sum(walker.asked.values()) > 80, report(walker)


def test_straight(server):
    check(Walker(server.url).walk(STARTS))


@pytest.fixture(scope="module")
def nginx(start_server, database, workdir):
    """@return the address of the sample's prefix, served by nginx as an unprivileged user in front of a server of its own."""
    own = start_server(database, FLUXGRID_TRUSTED_PROXIES="127.0.0.1")
    port, home = free_port(), pathlib.Path(workdir) / "nginx"
    home.mkdir()
    sample = (ROOT / "config" / "nginx.conf.sample").read_text()
    location = sample.replace("127.0.0.1:8080", f"127.0.0.1:{own.port}")
    assert location != sample
    temporary = "".join(f"{kind}_temp_path {home}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    (home / "nginx.conf").write_text(f"daemon off;\nworker_processes 1;\npid {home}/nginx.pid;\nerror_log {home}/error.log;\n"
                                     f"events {{ worker_connections 64; }}\nhttp {{\naccess_log off;\n{temporary}"
                                     f"server {{\nlisten 127.0.0.1:{port};\n{location}\n}}\n}}\n")
    subprocess.run(["chmod", "-R", "a+rwX", str(home)], check=True)
    process = subprocess.Popen(["/usr/sbin/nginx", "-p", str(home), "-c", str(home / "nginx.conf"), "-e", str(home / "error.log")],
                               stdin=subprocess.DEVNULL, **identity())
    base = f"http://127.0.0.1:{port}"

    def is_up():
        assert process.poll() is None, (home / "error.log").read_text()
        try:
            return requests.get(base + "/carbon/v1/gases", timeout=30).status_code == 200
        except requests.RequestException:
            return False
    try:
        assert wait_until(is_up), (home / "error.log").read_text()
        yield base + "/carbon"
    finally:
        process.terminate()
        process.wait(20)


def test_behind_nginx(nginx):
    check(Walker(nginx).walk(STARTS))


def test_the_client_cannot_speak_for_nginx(nginx):
    """The sample overwrites what a client sends."""
    forged = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "X-Forwarded-Prefix": "/evil", "X-Forwarded-Port": "1",
              "Forwarded": "host=evil.example;proto=https"}
    for path in ("/wmts/1.0.0/WMTSCapabilities.xml", "/ogc", "/tiles/uzbekistan/net-co2e/6/43/23.png"):
        plain, told = requests.get(nginx + path, timeout=30), requests.get(nginx + path, headers=forged, timeout=30)
        assert told.status_code == 200 and told.content == plain.content and told.headers.get("Link") == plain.headers.get("Link")
        assert not re.search("evil", told.text + str(told.headers))
