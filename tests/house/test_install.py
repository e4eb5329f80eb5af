"""`make install` into a folder: what is there, and that the program runs from it."""
import json
import os
import pathlib
import re
import subprocess

import pytest
from kit import ROOT, clean_env

BINARY = pathlib.Path(os.environ.get("FLUXGRID_BIN", ROOT / "build" / "fluxgrid"))


def said(*arguments):
    return subprocess.run([BINARY, *arguments], capture_output=True, text=True, check=True).stdout


def check_manual(usr):
    """The manual page is roff without a complaint and has every command and setting; the completion knows them too."""
    page = usr / "share/man/man1/fluxgrid.1.gz"
    complaints = subprocess.run(["man", "--warnings", "-l", "-Tutf8", "-Z", page], capture_output=True, text=True, env=clean_env())
    assert (complaints.returncode, complaints.stderr) == (0, "")
    text = subprocess.run(["man", "-l", page], capture_output=True, text=True, env=clean_env(MANWIDTH="200")).stdout
    commands = set(re.findall(r"^  ([a-z-]+)(?: |$)", said("--help").split("\nsettings (")[0], re.M))
    settings = re.findall(r"^  (--[a-z0-9-]+)", said("--help").split("\nsettings (")[1], re.M)
    assert len(commands) >= 12 and len(settings) > 30
    assert all(f"\n   {command}\n" in text for command in commands) and all(setting in text for setting in settings)
    script = f". {usr}/share/bash-completion/completions/fluxgrid; COMP_WORDS=(fluxgrid %s); COMP_CWORD=%d; _fluxgrid; echo ${{COMPREPLY[@]}}"
    complete = [subprocess.run(["bash", "-c", script % words], capture_output=True, text=True).stdout.split() for words in (("''", 1), ("import --", 2))]
    assert set(complete[0]) == commands | {"help", "--help", "--version"}
    assert set(settings) < set(complete[1]) and set(re.findall(r"^  (--[a-z-]+)", said("help", "import"), re.M)) < set(complete[1])


def test_the_list_of_parts_is_whole():
    parts = json.loads(subprocess.run([ROOT / "scripts/sbom", BINARY], capture_output=True, text=True, check=True).stdout)
    assert (parts["bomFormat"], parts["specVersion"]) == ("CycloneDX", "1.5")
    versions = {part["name"]: part["version"] for part in parts["components"]}
    assert {"libmicrohttpd12", "libpq5", "libjansson4", "libpng16-16", "ol", "echarts"} <= set(versions)
    installed = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", "libmicrohttpd12"], capture_output=True, text=True, check=True).stdout
    assert versions["libmicrohttpd12"] == installed
    assert versions["ol"] == json.loads((ROOT / "package-lock.json").read_text())["packages"]["node_modules/ol"]["version"]
    assert all(part["purl"].startswith("pkg:") for part in parts["components"])


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
    check_manual(usr)
    own = subprocess.run([usr / "bin/fluxgrid", "check-config"], cwd=share, capture_output=True, text=True, env=clean_env())
    assert own.returncode == 0, own.stdout + own.stderr
    assert json.loads((share / "static/openapi.json").read_text())["openapi"]
