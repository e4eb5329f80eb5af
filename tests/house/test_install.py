"""`make install` into a folder: what is there, and that the program runs from it."""
import json
import os
import pathlib
import subprocess

import pytest
from kit import ROOT, clean_env

BINARY = pathlib.Path(os.environ.get("FLUXGRID_BIN", ROOT / "build" / "fluxgrid"))


@pytest.mark.skipif(BINARY.parent.name != "build", reason="what is installed is the plain build")
def test_what_is_installed_is_whole_and_runs(tmp_path):
    done = subprocess.run(["make", "-s", "install", f"DESTDIR={tmp_path}", "PREFIX=/usr"], cwd=ROOT, capture_output=True, text=True, timeout=120,
                          env={k: v for k, v in os.environ.items() if not k.startswith("MAKE")})
    assert done.returncode == 0, done.stdout + done.stderr
    usr = tmp_path / "usr"
    share = usr / "share" / "fluxgrid"
    for folder in ("static", "sql", "config/styles", "config/monitoring"):
        source = ROOT / folder
        names = {p.relative_to(source) for p in source.rglob("*") if p.is_file()}
        assert names and names == {p.relative_to(share / folder) for p in (share / folder).rglob("*") if p.is_file()}, folder
    for sample in (ROOT / "config").glob("*.sample"):
        assert (share / "config" / sample.name).read_bytes() == sample.read_bytes()
    unit = (usr / "lib/systemd/system/fluxgrid.service").read_text()
    assert "/usr/local" not in unit and "ExecStart=/usr/bin/fluxgrid serve" in unit
    assert (usr / "lib/systemd/system/fluxgrid.socket").exists() and os.access(usr / "lib/fluxgrid/fluxgrid-import.so", os.R_OK)
    own = subprocess.run([usr / "bin/fluxgrid", "check-config"], cwd=share, capture_output=True, text=True, env=clean_env())
    assert own.returncode == 0, own.stdout + own.stderr
    assert json.loads((share / "static/openapi.json").read_text())["openapi"]
