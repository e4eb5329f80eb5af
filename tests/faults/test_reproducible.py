"""T47: the package is made of the tree and of nothing else: not of its folder, the clock, the language, who builds, how many processors
there are, or what kind of file system."""
from __future__ import annotations

import hashlib
import os
import pathlib
import shutil
import subprocess

import pytest
from kit import ROOT

pytestmark = [pytest.mark.full, pytest.mark.skipif(not shutil.which("dpkg-shlibdeps"), reason="dpkg-dev is not installed (scripts/install-packages deb)")]

LATE = "1735689600"  # any time but now: what is made is older than its files


def tree(folder: pathlib.Path) -> pathlib.Path:
    """A copy of the checkout as git knows it, changes included, and of the page's libraries, that git does not have."""
    names = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True).stdout
    for name in map(os.fsdecode, filter(None, names.split(b"\0"))):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    if not (ROOT / "static/vendor/ol.js").exists():
        subprocess.run([ROOT / "scripts/page-libraries"], check=True)
    shutil.copytree(ROOT / "static/vendor", folder / "static/vendor", dirs_exist_ok=True)
    return folder


def package(folder: pathlib.Path, umask: int, jobs: int, before=(), **env: str) -> pathlib.Path:
    def run(*command):
        done = subprocess.run([*before, *command], cwd=folder, capture_output=True, text=True, timeout=1800, umask=umask,
                              env={"PATH": os.environ["PATH"], "HOME": str(folder), "SOURCE_DATE_EPOCH": LATE, **env})
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    run("make", "-s", f"-j{jobs}", "all")
    return folder / run("scripts/deb", "out").splitlines()[-1]


def estonian(folder: pathlib.Path) -> dict[str, str]:
    """Where z comes before t."""
    folder.mkdir()
    subprocess.run(["localedef", "-i", "et_EE", "-f", "UTF-8", folder / "et_EE.UTF-8"], check=True)
    env = {"LC_ALL": "et_EE.UTF-8", "LANG": "et_EE.UTF-8", "LOCPATH": str(folder)}
    assert subprocess.run(["sort"], input=b"t\nz\n", env=env, capture_output=True, check=True).stdout == b"z\nt\n"
    return env


def digest(path: pathlib.Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def differences(one: pathlib.Path, other: pathlib.Path, folder: pathlib.Path) -> list[str]:
    """What is not the same inside two packages, for whom this test fails."""
    found = []
    folder.mkdir()
    for name, deb in (("one", one), ("other", other)):
        subprocess.run(["dpkg-deb", "-R", deb, folder / name], check=True)
    names = {path.relative_to(folder / side) for side in ("one", "other") for path in (folder / side).rglob("*") if path.is_file()}
    for name in sorted(names):
        sides = [folder / side / name for side in ("one", "other")]
        if not all(side.exists() for side in sides) or sides[0].read_bytes() != sides[1].read_bytes():
            found.append(str(name))
    return found


def test_the_same_tree_makes_the_same_package(tmp_path, held):
    near, far = tree(tmp_path / "a"), tree(tmp_path / "a-folder-of-a-much-longer-name" / "b")
    one = package(near, 0o022, os.cpu_count(), LC_ALL="C.UTF-8", TZ="UTC", USER="one")
    other = package(far, 0o077, 1, ("taskset", "-c", "0", "faketime", "-f", "+400d"),
                    **estonian(tmp_path / "locales"), TZ="Pacific/Kiritimati", USER="other", TMPDIR="/dev/shm", DPKG_DEB_THREADS_MAX="1")
    is_same = digest(one) == digest(other)
    assert is_same, f"not the same: {differences(one, other, tmp_path / 'inside')}"
    held("T47", "packages of one tree, built in two folders with another umask, clock, language, zone and number of jobs: the same bytes", 2, 1 + is_same,
         figure=digest(one)[:16])
