"""/v1/export: refusals, caching and the head of an answer. What is in the files is tests/gis/test_export_files.py's."""
import re
import threading

import pytest

TIFF, NETCDF = "/v1/export/emissions-co2.tif", "/v1/export/emissions-co2.nc"


@pytest.mark.parametrize("path, kind, start", [(TIFF, "image/tiff", b"II\x2a\0"), (NETCDF, "application/x-netcdf", b"CDF\2")])
def test_the_head_of_an_answer(server, path, kind, start):
    pinned = server.get(path + "?release=uzbekistan@1.0.0&year=2020&bbox=66,39,68,41")
    assert pinned.status_code == 200 and pinned.content.startswith(start)
    assert pinned.headers["Content-Type"].split(";")[0] == kind
    suffix = path.rsplit(".")[1]
    assert pinned.headers["Content-Disposition"] == f'attachment; filename="uzbekistan-1.0.0-emissions-co2-2020.{suffix}"'
    assert "immutable" in pinned.headers["Cache-Control"]
    latest = server.get(path + "?year=2020&bbox=66,39,68,41")
    assert latest.content == pinned.content and "immutable" not in latest.headers["Cache-Control"]
    link = re.search(r'<([^>]+)>; rel="canonical"', latest.headers["Link"])[1]
    assert link.endswith(f"{path}?bbox=66,39,68,41&release=uzbekistan@1.0.0&year=2020")
    assert server.get(link.removeprefix(server.url)).headers["ETag"] == pinned.headers["ETag"]


@pytest.mark.parametrize("path", [TIFF, NETCDF])
def test_asked_again_it_is_not_made_again(server, path):
    path += "?bbox=66,39,68,41&per=km2"
    first = server.get(path)
    again = server.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert server.get(path.replace("68,41", "68,42")).headers["ETag"] != first.headers["ETag"]
    assert server.get(path.replace("&per=km2", "")).headers["ETag"] != first.headers["ETag"]
    import requests
    head = requests.head(server.url + path, timeout=30)
    assert head.headers["ETag"] == first.headers["ETag"] and int(head.headers["Content-Length"]) > 0


@pytest.mark.parametrize("path, status, parameter, allowed", [
    ("/v1/export/emissions-co2.xlsx", 404, "format", ".tif or .nc"),
    ("/v1/export/emissions-co2", 404, "format", ".tif or .nc"),
    ("/v1/export/.tif", 404, "format", ".tif or .nc"),
    ("/v1/export/emissions-xx.tif", 404, None, "emissions-co2"),
    (TIFF + "?year=1900", 404, "year", "2022"),
    (TIFF + "?per=capita", 400, "per", "km2"),
    (TIFF + "?bbox=1,2,3", 400, "bbox", "west,south,east,north"),
    (TIFF + "?bbox=68,39,66,41", 400, "bbox", "west,south,east,north"),
    (TIFF + "?bbox=0,0,1,1", 404, "bbox", "55.9,37.1,73.2,45.7"),
    (TIFF + "?style=net-prgn", 400, "style", "bbox"),
    (TIFF + "?release=nowhere", 404, "release", "uzbekistan"),
    (TIFF + "?gwp=AR9", 400, "gwp", "AR5-100"),
    (TIFF + "?sector=IPCC2006:99", 400, "sector", "/v1/sectors"),
])
def test_what_is_refused(server, path, status, parameter, allowed):
    answer = server.get(path)
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    wrong = answer.json()["errors"][0]
    assert parameter is None or wrong["parameter"] == parameter
    assert allowed in wrong["allowed"]


def test_a_crowd_is_answered_or_told_to_come_again(server):
    """Never more than a few are made at once; who comes too much hears so, and gets no half file."""
    answers = []

    def ask(year):
        answers.append(server.get(f"/v1/export/net-co2e.nc?year={year}&gwp=AR4-100", timeout=60))
    threads = [threading.Thread(target=ask, args=(year,)) for year in range(2010, 2022)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {a.status_code for a in answers} <= {200, 503} and any(a.status_code == 200 for a in answers)
    assert all(a.content.startswith(b"CDF") and len(a.content) > 1730 * 860 * 8 for a in answers if a.status_code == 200)
    assert all(int(a.headers["Retry-After"]) > 0 for a in answers if a.status_code == 503)
