"""Refused: what is wrong with a manifest, and with the files that it names."""
from __future__ import annotations

import json

from refused import Cases

case = Cases()


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

# --- the tests -----------------------------------------------------------------------------------

@case.parametrize()
def test_refused(change, expected, refuse):
    refuse(change, expected)
