#!/usr/bin/python3
"""Puts seccomp programs on itself and becomes a command: fenced.py PROGRAM... -- COMMAND... (fence.py writes the programs)."""
import ctypes
import os
import sys

PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS, SECCOMP_MODE_FILTER = 22, 38, 2


class Program(ctypes.Structure):
    """struct sock_fprog: an instruction has eight bytes."""
    _fields_ = [("length", ctypes.c_ushort), ("code", ctypes.c_char_p)]


def main(arguments: list[str]) -> None:
    at = arguments.index("--")
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    codes = []
    for path in arguments[:at]:
        with open(path, "rb") as file:
            codes.append(file.read())
    assert prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
    for code in codes:
        program = Program(len(code) // 8, code)
        assert prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0) == 0, os.strerror(ctypes.get_errno())
    os.execvp(arguments[at + 1], arguments[at + 1:])


if __name__ == "__main__":
    main(sys.argv[1:])
