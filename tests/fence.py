"""The fence of config/fluxgrid.service as far as system calls make it, for programs that tests start.

systemd makes seccomp programs of a unit; here they are made of the same unit and the same groups of calls, and fenced.py puts them
on. In one thing they are stricter: what systemd answers with an error (a family of sockets, writable code, a namespace) ends the process
too, by SIGSYS, so that nothing is refused unnoticed. Calls that nobody knows, and clone3, are "not implemented" as they are there.
"""
from __future__ import annotations

import atexit
import errno
import functools
import importlib.util
import os
import pathlib
import re
import shutil
import socket
import stat
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
UNIT = ROOT / "config" / "fluxgrid.service"
PROT_WRITE, PROT_EXEC, SHM_EXEC, SCHED_OTHER = 2, 4, 0o100000, 0
CLONE_NEW = 0x7E020080  # every kind of namespace
PER_LINUX = 0
SET_ID_BITS = (stat.S_ISUID, stat.S_ISGID)
# where the mode is among a call's arguments, and the flags that must be set for it to matter
MODES = {"chmod": (1, None), "fchmod": (1, None), "fchmodat": (2, None), "mkdir": (1, None), "mkdirat": (2, None), "mknod": (1, None), "mknodat": (2, None),
         "creat": (1, None), "open": (2, 1), "openat": (3, 2)}


def why_not() -> str:
    """Why no fence can be put up here, or nothing."""
    if not shutil.which("systemd-analyze"):
        return "systemd-analyze is not installed (scripts/install-packages test)"
    if not importlib.util.find_spec("seccomp"):
        return "python3-seccomp is not installed (scripts/install-packages test)"
    return ""


def settings(unit: pathlib.Path = UNIT) -> dict[str, list[str]]:
    """{name: [value of each line]} of the section [Service]."""
    section = re.search(r"^\[Service\]\n(.*?)(?:^\[|\Z)", unit.read_text(), re.M | re.S)[1]
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r"^(\w+)=(.*)$", section, re.M):
        found.setdefault(name, []).append(value)
    return found


@functools.cache
def groups() -> dict[str, list[str]]:
    """{"@group": [calls and groups]}, as the systemd of this machine has them."""
    text = subprocess.run(["systemd-analyze", "--no-pager", "syscall-filter"], capture_output=True, text=True, check=True,
                          env={**os.environ, "LC_ALL": "C"}).stdout
    found: dict[str, list[str]] = {}
    for line in text.splitlines():
        if line.startswith("@"):
            inside = found.setdefault(line.strip(), [])
        elif line.startswith("    ") and not line.strip().startswith("#"):
            inside.append(line.strip())
        elif line.startswith("#"):  # what the kernel knows and no group has
            break
    return found


def expand(word: str) -> set[str]:
    if not word.startswith("@"):
        return {word}
    return set().union(*(expand(inner) for inner in groups()[word]))


def allowed(unit: pathlib.Path = UNIT) -> set[str]:
    """The calls that SystemCallFilter leaves: line by line, `~` takes away, and an errno after a colon only says how it is refused."""
    calls = expand("@default")
    for line in settings(unit)["SystemCallFilter"]:
        is_denied = line.startswith("~")
        for word in line.lstrip("~").split():
            named = expand(word.split(":")[0])
            calls = calls - named if is_denied else calls | named
    return calls


def _calls_program(unit: pathlib.Path):
    import seccomp
    program = seccomp.SyscallFilter(defaction=seccomp.ERRNO(errno.ENOSYS))
    inside = allowed(unit)
    for name in expand("@known") | inside:
        if seccomp.resolve_syscall(seccomp.Arch(), name) >= 0:
            program.add_rule(seccomp.ALLOW if name in inside else seccomp.KILL_PROCESS, name)
    return program


def _arguments_program(unit: pathlib.Path):
    """What the other settings forbid: calls with certain arguments. Fails for a setting that is not as strict as is written here."""
    import seccomp
    from seccomp import EQ, GT, MASKED_EQ, Arg
    have = settings(unit)
    for name in ("MemoryDenyWriteExecute", "RestrictRealtime", "RestrictSUIDSGID", "RestrictNamespaces", "LockPersonality"):
        assert have[name] == ["yes"], name
    program = seccomp.SyscallFilter(defaction=seccomp.ALLOW)

    def forbid(call, *arguments):
        program.add_rule(seccomp.KILL_PROCESS, call, *arguments)

    families = {int(getattr(socket, name)) for name in have["RestrictAddressFamilies"][0].split()}
    forbid("socket", Arg(0, GT, max(families)))
    for family in set(range(max(families))) - families:
        forbid("socket", Arg(0, EQ, family))
    forbid("mmap", Arg(2, MASKED_EQ, PROT_WRITE | PROT_EXEC, PROT_WRITE | PROT_EXEC))
    for call in ("mprotect", "pkey_mprotect"):
        forbid(call, Arg(2, MASKED_EQ, PROT_EXEC, PROT_EXEC))
    forbid("shmat", Arg(2, MASKED_EQ, SHM_EXEC, SHM_EXEC))
    forbid("sched_setscheduler", Arg(1, GT, SCHED_OTHER))
    forbid("personality", Arg(0, GT, PER_LINUX))
    for bit in SET_ID_BITS:
        for call, (mode, flags) in MODES.items():
            made = [] if flags is None else [Arg(flags, MASKED_EQ, os.O_CREAT, os.O_CREAT)]
            forbid(call, *made, Arg(mode, MASKED_EQ, bit, bit))
    for bit in (1 << n for n in range(32) if CLONE_NEW >> n & 1):
        for call in ("clone", "unshare"):
            forbid(call, Arg(0, MASKED_EQ, bit, bit))
    forbid("setns")
    program.add_rule(seccomp.ERRNO(errno.ENOSYS), "clone3")
    return program


@functools.cache
def _written(unit: pathlib.Path) -> list[str]:
    """The launcher and its programs, where the unprivileged user can read them."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="fluxgrid-fence-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    folder.chmod(0o755)
    launcher = shutil.copy(ROOT / "tests" / "fenced.py", folder)
    paths = []
    for name, make in (("arguments", _arguments_program), ("calls", _calls_program)):
        paths.append(folder / name)
        with open(paths[-1], "wb") as file:
            make(unit).export_bpf(file)
    for path in (launcher, *paths):
        pathlib.Path(path).chmod(0o644)
    return ["/usr/bin/python3", "-IS", str(launcher), *map(str, paths), "--"]


def words(unit: pathlib.Path = UNIT) -> list[str]:
    """What to write before a command so that it runs inside the fence."""
    return list(_written(unit))


def surrounds(pid: int) -> bool:
    return "\nSeccomp:\t2\n" in pathlib.Path(f"/proc/{pid}/status").read_text()
