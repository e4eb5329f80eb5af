"""Refused: what is wrong with a manifest, and with the files that it names."""
from __future__ import annotations

import json
import os
import re

from refused import Cases
from tiny import mask_cells

case = Cases()

def at(t, path: str):
    """The object that holds the last key of "totals.0.unit", and that key."""
    *way, last = [int(k) if k.isdigit() else k for k in path.split(".")]
    node = t.manifest
    for key in way:
        node = node[key]
    return node, last


def changed(name: str, path: str, value, *expected: str, grid=False):
    """A case that sets one member; its place must be named."""
    def change(t):
        if grid:
            t.add_grid(mask_cells() * 5.0)
        node, key = at(t, path)
        node[key] = value
    place = re.sub(r"\\\.(\d+)", r"\\[\1\\]", re.escape(path))
    case(f"set-{name}", "manifest.json", place, *expected)(change)


def removed(path: str, grid=False):
    def change(t):
        if grid:
            t.add_grid(mask_cells() * 5.0)
        node, key = at(t, path)
        del node[key]
    place = re.sub(r"\\\.(\d+)", r"\\[\1\\]", re.escape(path))
    case(f"without-{path}", "manifest.json", place, "is missing; add it")(change)


def raw(name: str, change, *expected: str):
    """A case that changes the manifest's bytes."""
    def apply(t):
        t.manifest_bytes = change(json.dumps(t.manifest))
    case(f"manifest-{name}", *expected)(apply)



# --- the manifest ------------------------------------------------------------------------------

@case("manifest-cut", "manifest.json:")
def _(t):
    t.manifest_bytes = json.dumps(t.manifest).encode()[:-40]


@case("manifest-duplicate-key", "manifest.json", "uplicate")
def _(t):
    t.manifest_bytes = json.dumps(t.manifest).replace('"publisher"', '"method": "x", "publisher"', 1).encode()


@case("manifest-latin-1", "manifest.json:1", "UTF-8|decode")
def _(t):
    t.manifest_bytes = json.dumps(t.manifest).replace("made up", "fait \xe0 la main").encode("latin-1")


@case("manifest-nul-in-text", "manifest.json")
def _(t):
    t.manifest_bytes = json.dumps(t.manifest).replace("made up", "made\\u0000up").encode()


@case("manifest-number-overflow", "manifest.json")
def _(t):
    t.manifest_bytes = json.dumps(t.manifest).replace(": 100}", ": 1e999}").encode()


@case("manifest-empty", "manifest.json")
def _(t):
    t.manifest_bytes = b""


@case("manifest-array", "must be an object")
def _(t):
    t.manifest_bytes = b"[]"


@case("manifest-future-format", "fluxgrid")
def _(t):
    t.manifest["fluxgrid"] = 2


@case("manifest-unknown-key", "proxys", "not a key")
def _(t):
    t.manifest["proxys"] = []


@case("manifest-unknown-nested-key", r"proxies\[1\]\.bnad", "not a key")
def _(t):
    t.manifest["proxies"][1]["bnad"] = "light"


@case("manifest-missing-key", r"release\.licence", "missing")
def _(t):
    del t.manifest["release"]["licence"]


@case("manifest-missing-language", r"release\.title\.ko", "missing")
def _(t):
    del t.manifest["release"]["title"]["ko"]


@case("manifest-wrong-type", r"release\.title", "object")
def _(t):
    t.manifest["release"]["title"] = "Tiny"


@case("manifest-list-for-object", "points", "object")
def _(t):
    t.manifest["points"] = [t.manifest["points"]]


@case("manifest-slug", r"release\.slug", "a-z")
def _(t):
    t.manifest["release"]["slug"] = "Tiny Island"


@case("manifest-version", r"release\.version", "1\\.0\\.0")
def _(t):
    t.manifest["release"]["version"] = "1.0"


@case("manifest-no-data", "totals", "grids")
def _(t):
    del t.manifest["totals"]


@case("manifest-unit", r"totals\[0\]\.unit", "one of")
def _(t):
    t.manifest["totals"][0]["unit"] = "tons"


@case("manifest-provenance", r"totals\[0\]\.provenance", "id")
def _(t):
    t.manifest["totals"][0]["provenance"] = "elsewhere"


@case("manifest-proxy-twice", r"proxies\[1\]", "twice")
def _(t):
    t.manifest["proxies"][1]["id"] = "people"


@case("manifest-proxy-reserved", r"proxies\[0\]", "reserved")
def _(t):
    t.manifest["proxies"][0]["id"] = "points"


@case("manifest-negative-uncertainty", r"proxies\[0\]\.cell_uncertainty_pct", "from 0")
def _(t):
    t.manifest["proxies"][0]["cell_uncertainty_pct"] = -1


# --- each section, member by member ------------------------------------------------------------

raw("utf-16", lambda text: text.encode("utf-16"), "manifest.json:1")
raw("trailing-comma", lambda text: text[:-1].encode() + b",}", "manifest.json:1")
raw("single-quotes", lambda text: text.replace('"', "'").encode(), "manifest.json:1")
raw("comment", lambda text: b"// a comment\n" + text.encode(), "manifest.json:1")
raw("nan", lambda text: text.replace(": 100}", ": NaN}").encode(), "manifest.json:1")
raw("two-documents", lambda text: text.encode() * 2, "manifest.json:1")
raw("bottomless", lambda text: b"[" * 100_000, "manifest.json:1", "depth|deep")
raw("five-megabytes", lambda text: text.encode() + b" " * (5 << 20), "manifest.json", "larger than 4 MiB; ")
raw("control-bytes-in-a-key", lambda text: text.replace('"proxies"', '"prox\\u001b[2Jies"').encode(), "manifest.json", "not a key")
raw("text", lambda text: b'"uzbekistan"', "manifest.json")

changed("format-as-text", "fluxgrid", "1", "must be 1; ")
changed("format-zero", "fluxgrid", 0, "must be 1; ")
changed("schema-number", "$schema", 1, "must be a text; ")
changed("release-list", "release", [], "must be an object; ")
changed("totals-object", "totals", {}, "must be an array; ")
changed("proxies-object", "proxies", {}, "must be an array; ")
changed("provenance-object", "provenance", {}, "must be an array; ")
changed("grids-text", "grids", "mass.tif", "must be an array; ")
changed("control-list", "control", [], "must be an object; ")
changed("checksums-number", "checksums", 5, "text|name a file")
changed("title-empty", "release.title.uz", "", "must be a text that is not empty; ")
changed("title-fifth-language", "release.title.de", "x", "not a key that is known here; ")
changed("slug-empty", "release.slug", "", "a-z")
changed("slug-long", "release.slug", "x" * 64, "1 to 63")
changed("slug-underscore", "release.slug", "tiny_island", "a-z")
changed("slug-first-dash", "release.slug", "-tiny", "not - first; ")
changed("slug-cyrillic", "release.slug", "\u0443\u0437", "a-z")
changed("version-leading-zero", "release.version", "01.0.0", "leading zeros; ")
changed("version-v", "release.version", "v1.0.0", "three numbers")
changed("version-four", "release.version", "1.0.0.0", "three numbers")
changed("version-number", "release.version", 1.0, "three numbers|must be a text")
changed("publisher-number", "release.publisher", 5, "must be a text; ")
changed("licence-null", "release.licence", None, "must be a text; ")
changed("provenance-unknown-key", "provenance.0.datset", "x", 'did you mean "dataset"')
changed("proxy-id-number", "proxies.0.id", 5, "must be a text; ")
changed("proxy-band-empty", "proxies.0.band", "", "not empty; ")
changed("proxy-uncertainty-high", "proxies.0.cell_uncertainty_pct", 1001, "from 0 to 1000; ")
changed("proxy-uncertainty-text", "proxies.0.cell_uncertainty_pct", "100", "must be a number; ")
changed("points-outside-word", "points.outside", "ignore", "refuse, nearest; ")
changed("points-distance-negative", "points.max_distance_km", -1, "from 0 to 100; ")
changed("points-distance-far", "points.max_distance_km", 500, "from 0 to 100; ")
changed("points-unknown-key", "points.distance", 5, "not a key that is known here; ")
changed("totals-unit-number", "totals.0.unit", 5, "must be a text; |one of")
@case("totals-scheme-unknown", r"totals\.csv:2", "scheme that is not known; ")
def _(t):
    t.manifest["totals"][0]["scheme"] = "IPCC1066"


changed("totals-ignore-text", "totals.0.ignore", "note", "must be an array; ")
changed("totals-ignore-numbers", "totals.0.ignore", [5], "text|column names")
changed("control-tolerance-zero", "control", {"tolerance": 0, "national": []}, "1e-12")
changed("control-tolerance-wide", "control", {"tolerance": 0.5, "national": []}, "0.1")
changed("control-without-tolerance", "control", {"national": []}, "tolerance: is missing")
changed("control-mass-negative", "control", {"tolerance": 1e-6, "national": [
    {"year": 2020, "gas": "CO2", "flow": "emission", "mass_kt": -1}]}, r"national\[0\]\.mass_kt = '-1'", "from 0")
changed("control-year-word", "control", {"tolerance": 1e-6, "national": [
    {"year": "2020", "gas": "CO2", "flow": "emission", "mass_kt": 1}]}, r"national\[0\]\.year = '2020'", "whole number; ")
changed("control-flow", "control", {"tolerance": 1e-6, "national": [
    {"year": 2020, "gas": "CO2", "flow": "net", "mass_kt": 1}]}, r"national\[0\]\.flow = 'net'", "emission, removal; ")
changed("outside-tolerance-high", "control", {"outside_tolerance": 1.5}, "outside_tolerance", "from 0 to 1; ")
changed("outside-tolerance-text", "control", {"outside_tolerance": "0.1"}, "outside_tolerance", "number; ")
changed("grid-year-far", "grids.0.year", 1066, "from 1750 to 2200; ", grid=True)
changed("grid-year-half", "grids.0.year", 2020.5, "whole number; ", grid=True)
changed("grid-flow", "grids.0.flow", "net", "emission, removal; ", grid=True)
changed("grid-origin", "grids.0.origin", "coal", "fossil, nonfossil, na; ", grid=True)
changed("grid-unit", "grids.0.unit", "barrels", grid=True)
changed("grid-uncertainty", "grids.0.uncertainty_pct", -5, "from 0 to 1000; ", grid=True)
changed("grid-unknown-key", "grids.0.yaer", 2020, "not a key that is known here; ", grid=True)
changed("grid-provenance", "grids.0.provenance", "elsewhere", 'id of "provenance"', grid=True)

for path in ("fluxgrid", "release", "release.slug", "release.version", "release.title", "release.publisher", "release.attribution",
             "release.citation", "release.method", "provenance.0.id", "provenance.0.dataset", "proxies.0.id", "proxies.0.file",
             "points.file", "points.outside", "points.max_distance_km", "totals.0.file", "totals.0.unit", "totals.0.scheme",
             "totals.0.provenance"):
    removed(path)
for path in ("grids.0.file", "grids.0.sector", "grids.0.gas", "grids.0.flow", "grids.0.origin", "grids.0.year", "grids.0.method",
             "grids.0.provenance"):
    removed(path, grid=True)


@case("manifest-provenance-twice", r"provenance\[1\]\.id = 'test'", "twice; ")
def _(t):
    t.manifest["provenance"].append(dict(t.manifest["provenance"][0]))


# --- files -------------------------------------------------------------------------------------

@case("file-missing", r"proxies\[0\]\.file", "nothing.tif")
def _(t):
    t.manifest["proxies"][0]["file"] = "nothing.tif"


@case("file-above", r"totals\[0\]\.file", "folder")
def _(t):
    t.manifest["totals"][0]["file"] = "../totals.csv"


@case("file-absolute", r"totals\[0\]\.file", "folder")
def _(t):
    t.manifest["totals"][0]["file"] = "/etc/passwd"


@case("file-is-folder", r"totals\[0\]\.file")
def _(t):
    t.manifest["totals"][0]["file"] = "folder"
    t.after = lambda folder: (folder / "folder").mkdir()


@case("file-link-leads-out", "totals.csv", "folder|outside|link")
def _(t):
    def after(folder):
        (folder.parent / f"{folder.name}-elsewhere.csv").write_bytes(t.bytes_of("totals.csv"))
        (folder / "totals.csv").unlink()
        (folder / "totals.csv").symlink_to(folder.parent / f"{folder.name}-elsewhere.csv")
    t.after = after


@case("checksum-wrong", "totals.csv", "SHA-256|checksum")
def _(t):
    t.has_checksums = True
    t.after = lambda folder: (folder / "totals.csv").write_bytes(t.bytes_of("totals.csv").replace(b"100.5", b"100.6"))


@case("checksum-not-listed", "points.csv", "checksum")
def _(t):
    t.has_checksums = True

    def after(folder):
        lines = (folder / "SHA256SUMS").read_text().splitlines(True)
        (folder / "SHA256SUMS").write_text("".join(line for line in lines if "points" not in line))
    t.after = after

@case("file-empty-name", r"totals\[0\]\.file", "name a file")
def _(t):
    t.manifest["totals"][0]["file"] = ""


@case("file-backslash", r"totals\[0\]\.file", "folder")
def _(t):
    t.manifest["totals"][0]["file"] = "..\\totals.csv"


@case("file-above-in-the-middle", r"totals\[0\]\.file", "folder")
def _(t):
    t.manifest["totals"][0]["file"] = "sub/../../totals.csv"


@case("file-control-bytes", r"totals\[0\]\.file", "folder")
def _(t):
    t.manifest["totals"][0]["file"] = "totals\n.csv"


@case("file-gdal-virtual", r"proxies\[0\]\.file")
def _(t):
    t.manifest["proxies"][0]["file"] = "/vsicurl/http://localhost/x.tif"


@case("file-gdal-subdataset", r"proxies\[0\]\.file")
def _(t):
    t.manifest["proxies"][0]["file"] = "GTIFF_DIR:1:proxy.tif"


@case("file-linked-folder-leads-out", r"totals\[0\]\.file", "link|folder")
def _(t):
    t.manifest["totals"][0]["file"] = "sub/totals.csv"

    def after(folder):
        elsewhere = folder.parent / f"{folder.name}-elsewhere"
        elsewhere.mkdir()
        elsewhere.chmod(0o755)
        (elsewhere / "totals.csv").write_bytes(t.bytes_of("totals.csv"))
        (folder / "sub").symlink_to(elsewhere)
    t.after = after


@case("file-link-within", r"totals\[0\]\.file", "link")
def _(t):
    t.manifest["totals"][0]["file"] = "other.csv"
    t.after = lambda folder: (folder / "other.csv").symlink_to("totals.csv")


@case("file-link-to-nowhere", r"totals\[0\]\.file", "link")
def _(t):
    t.manifest["totals"][0]["file"] = "other.csv"
    t.after = lambda folder: (folder / "other.csv").symlink_to("nothing.csv")


@case("file-pipe", r"totals\[0\]\.file", "regular file")
def _(t):  # nobody writes to it: reading would wait for ever
    t.manifest["totals"][0]["file"] = "pipe.csv"
    t.after = lambda folder: os.mkfifo(folder / "pipe.csv")


@case("files-too-many", r"ids|proxies\[\d+\]\.file", "64")
def _(t):
    t.manifest["proxies"] += [{"id": f"p{i}", "file": f"p{i}.tif", "band": "1"} for i in range(70)]

    def after(folder):
        for i in range(70):
            (folder / f"p{i}.tif").write_bytes(b"x")
    t.after = after


@case("checksum-file-missing", "checksums", "SUMS")
def _(t):
    t.manifest["checksums"] = "SUMS"


@case("checksum-file-of-another-tool", "totals.csv|points.csv", "no checksum here; ")
def _(t):
    t.manifest["checksums"] = "SUMS"
    t.raw["SUMS"] = b"MD5 (totals.csv) = d41d8cd98f00b204e9800998ecf8427e\n"


# --- the tests -----------------------------------------------------------------------------------

@case.parametrize()
def test_refused(change, expected, refuse):
    refuse(change, expected)
