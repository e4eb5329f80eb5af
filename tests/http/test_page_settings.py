"""/v1/page, and what the setting of a base map may be: its text stands in a header of the page."""
import pytest


def test_the_base_map_of_the_settings(start_server, database):
    url = "https://tiles.example:8443/a/{z}/{x}/{y}.png?k=1"
    server = start_server(database, FLUXGRID_BASEMAP_URL=url, FLUXGRID_BASEMAP_ATTRIBUTION="© Makers")
    answer = server.get("/v1/page")
    assert answer.json() == {"basemap": {"url": url, "attribution": "© Makers"}}
    assert answer.headers["Cache-Control"] == "public, no-cache"
    assert server.get("/v1/page", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert "img-src 'self' data: blob: https://tiles.example:8443; " in server.get("/").headers["Content-Security-Policy"]
    wrong = server.get("/v1/page?lang=en")
    assert wrong.status_code == 400 and wrong.json()["errors"][0]["parameter"] == "lang"
    server.stop()


@pytest.mark.parametrize("url", [
    "tiles.example/{z}/{x}/{y}", "ftp://a/{z}/{x}/{y}", "https:///{z}/{x}/{y}", "https://a/{z}/{x}", "https://a/{z}/{x}/{y}/{s}",
    "https://{z}/{x}/{y}", "https://a; script-src *;/{z}/{x}/{y}", "https://a,b/{z}/{x}/{y}", "https://a'/{z}/{x}/{y}", "https://*/{z}/{x}/{y}",
    "https://name:word@a/{z}/{x}/{y}", "https://a?k=/{z}/{x}/{y}", "https://:80/{z}/{x}/{y}",
    "https://a b/{z}/{x}/{y}", "javascript:alert(1)//{z}/{x}/{y}"])
def test_what_is_no_address_of_tiles_stops_the_start(run_fluxgrid, url):
    done = run_fluxgrid("check-config", env={"FLUXGRID_BASEMAP_URL": url})
    assert done.returncode == 2 and "basemap_url" in done.stderr and "{z}, {x} and {y}" in done.stderr
