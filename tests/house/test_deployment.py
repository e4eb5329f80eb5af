"""What is shipped beside the program: the systemd unit's fence and the binary's own."""
import json
import os
import pathlib
import re
import shutil
import subprocess

import pytest
from kit import ROOT

BINARY = pathlib.Path(os.environ.get("FLUXGRID_BIN", ROOT / "build" / "fluxgrid"))


def said(*command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=60, env={**os.environ, "LC_ALL": "C"})
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")
def test_the_unit_is_fenced_in():
    last = said("systemd-analyze", "security", "--offline=true", "--no-pager", ROOT / "config" / "fluxgrid.service").strip().splitlines()[-1]
    assert float(re.search(r"fluxgrid\.service: ([0-9.]+)", last)[1]) <= 1.5, last


@pytest.mark.skipif(BINARY.parent.name != "build", reason="sanitizers are built without")
def test_the_program_is_hardened():
    head = said("readelf", "-hW", BINARY)
    assert re.search(r"Type: +DYN", head)  # position independent
    segments = said("readelf", "-lW", BINARY)
    assert "GNU_RELRO" in segments and re.search(r"GNU_STACK.* RW +0x", segments)
    assert not re.search(r"LOAD.* RWE ", segments)
    assert re.search(r"FLAGS.*BIND_NOW", said("readelf", "-dW", BINARY)) and "PIE" in said("readelf", "-dW", BINARY)
    symbols = said("readelf", "-W", "--dyn-syms", BINARY)
    assert "__stack_chk_fail" in symbols and re.search(r"__(memcpy|snprintf|vsnprintf)_chk", symbols)


def test_alerts_and_dashboard_use_metrics_that_are_explained():
    alerts = (ROOT / "config/monitoring/alerts.yaml").read_text()
    panels = json.loads((ROOT / "config/monitoring/grafana.json").read_text())["panels"]
    expressions = re.findall(r"^ +expr: (.+)$", alerts, re.M) + [target["expr"] for panel in panels for target in panel["targets"]]
    kinds = dict(re.findall(r"^\| `(\w+)` \| (\w+) \|", (ROOT / "docs/metrics.md").read_text(), re.M))
    assert len(kinds) > 20 and len(expressions) > 15
    for expression in expressions:
        names = re.findall(r"\b(?:fluxgrid|process)_\w+", expression)
        assert names or expression.startswith("up{"), expression
        for name in names:
            series = re.sub(r"_bucket$", "", name)
            assert kinds.get(series) == "histogram" if series != name else name in kinds, name
