"""docs/clients.md: its addresses answer, from any origin, and its GDAL commands run as they stand."""
import csv
import io
import re
import subprocess

import requests
from kit import ROOT, clean_env

DOC = (ROOT / "docs" / "clients.md").read_text()
EXAMPLE = "https://map.example"


def addresses():
    """The addresses of the page; a query may go on in the next line. Those in names of GDAL's are for the drivers, and one with a prefix is a proxy's."""
    joined = re.sub(r"\n\s+&", "&", DOC)
    found = {a.rstrip(".,)") for a in re.findall(r"(?<![A-Z]:)" + re.escape(EXAMPLE) + r"/[^\s\"'`<>|]*", joined)}
    return sorted(a for a in found if not a.startswith(EXAMPLE + "/carbon"))


def filled(address, server):
    for name, value in (("z", "6"), ("x", "43"), ("y", "23")):
        address = address.replace("${" + name + "}", value).replace("{" + name + "}", value)
    return address.replace(EXAMPLE, server.url)


def block(title, number=0):
    """A code block of a section."""
    section = DOC.split(f"\n## {title}\n")[1].split("\n## ")[0]
    return re.findall(r"```\w*\n(.*?)```", section, re.S)[number]


def test_every_address_answers(server):
    asked = 0
    for address in addresses():
        path = filled(address, server).removeprefix(server.url)
        if path in ("/wms", "/wms?", "/wmts", "/wmts?"):
            path = path.rstrip("?") + f"?SERVICE={path.strip('/?').upper()}&REQUEST=GetCapabilities"
        answer = requests.get(server.url + path, headers={"Origin": "null"}, timeout=30)
        assert answer.status_code == 200 and answer.headers["Access-Control-Allow-Origin"] == "*", (path, answer.text[:300])
        if "format=csv" in path:
            rows = list(csv.DictReader(io.StringIO(answer.text)))
            assert len(rows) > 10 and {"value", "lo", "hi", "unit", "release"} <= set(rows[0]), path
        asked += 1
    assert asked > 15


def test_gdal_commands_run(server, tmp_path):
    commands = [c for c in block("GDAL").replace("\\\n", " ").replace(EXAMPLE, server.url).splitlines() if c.strip()]
    assert len(commands) >= 6
    for command in commands:
        done = subprocess.run(command, shell=True, cwd=tmp_path, capture_output=True, text=True, timeout=60, env=clean_env(GDAL_DEFAULT_WMS_CACHE_PATH=str(tmp_path)))
        assert done.returncode == 0 and not re.search(r"ERROR|FAILURE", done.stdout + done.stderr), f"{command}\n{done.stdout[-500:]}\n{done.stderr[-1000:]}"
    assert (tmp_path / "map.tif").stat().st_size > 10000
    written = subprocess.run(["ogrinfo", "-so", "tashkent.gpkg", "districts"], cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    near = server.json("/ogc/collections/districts/items?bbox=69.2,41.2,69.4,41.4&limit=1000")["numberReturned"]
    assert near > 10 and f"Feature Count: {near}" in written
