"""What is shipped: the program's own hardening. (The systemd unit's fence is tests/faults/test_fenced.py's.)"""
import os
import pathlib
import re
import subprocess

import pytest
from kit import ROOT

BINARY = pathlib.Path(os.environ.get("FLUXGRID_BIN", ROOT / "build" / "fluxgrid"))


def said(*command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=60, env={**os.environ, "LC_ALL": "C"})
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


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
