"""What is shipped: the program's own hardening. (The systemd unit's fence is tests/faults/test_fenced.py's.)"""
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


def test_every_way_to_start_it_asks_for_huge_pages():
    """Decision 46: what is measured is what is run."""
    tunable = "glibc.malloc.hugetlb=1"
    assert f"\nEnvironment=GLIBC_TUNABLES={tunable}\n" in (ROOT / "config/fluxgrid.service").read_text()
    assert re.search(rf"^ENV .*\bGLIBC_TUNABLES={tunable}$", (ROOT / "Dockerfile").read_text(), re.M)
    assert said("bash", "-c", "unset GLIBC_TUNABLES; . scripts/lib.sh; printf %s \"$SERVER_TUNABLES\"") == tunable
    assert said("env", "GLIBC_TUNABLES=of.my.own=1", "bash", "-c", ". scripts/lib.sh; printf %s \"$SERVER_TUNABLES\"") == "of.my.own=1"
    for starts in ("scripts/run", "tests/bench/bench_quick.py"):
        assert re.search(r"GLIBC_TUNABLES\W.*\bSERVER_TUNABLES\b", (ROOT / starts).read_text()), starts


@pytest.mark.skipif(not shutil.which("blhc"), reason="blhc is not installed (scripts/install-packages test)")
def test_every_command_of_the_build_hardens(tmp_path):
    """Debian's judge of build logs, over what make would run: a file of some other rule has the flags too."""
    lines = subprocess.run(["make", "-nB", "V=1", "all"], cwd=ROOT, capture_output=True, text=True, check=True,
                           env={k: v for k, v in os.environ.items() if not k.startswith("MAKE") and k not in ("SAN", "CC")}).stdout.splitlines()
    compiled = [line for line in lines if line.startswith("gcc ")]
    assert len(compiled) > 300
    log = "\n".join(["dpkg-buildpackage: info: source package fluxgrid", *compiled, ""])

    def judged(text):
        (tmp_path / "log").write_text(text)
        return subprocess.run(["blhc", "--all", "--arch", "amd64", tmp_path / "log"], capture_output=True, text=True, timeout=120)

    done = judged(log)
    assert done.returncode == 0, done.stdout[:2000] + done.stderr
    for flag in ("-D_FORTIFY_SOURCE=2", "-fstack-protector-strong", "-Wl,-z,now"):
        assert judged(log.replace(f" {flag} ", " ")).returncode != 0, flag
