"""Each of the house's checks fails on what it is for. A copy of the checks runs over a small made-up tree."""
import shutil
import subprocess

import pytest

from kit import ROOT


@pytest.fixture
def tree(tmp_path):
    shutil.copytree(ROOT / "tests/lint", tmp_path / "tests/lint")
    (tmp_path / "server/geo").mkdir(parents=True)
    (tmp_path / "server/geo/good.c").write_text('#include "base/err.h"\n\nint good(void)\n{\n    return 0; /* strcpy(a, b) */\n}\n')
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    return tmp_path


def lint(tree, check):
    return subprocess.run(["/usr/bin/python3", "-B", str(tree / f"tests/lint/{check}.py")], capture_output=True, text=True)


@pytest.mark.parametrize("check", ["includes", "banned", "words", "lengths"])
def test_good_code_passes(tree, check):
    done = lint(tree, check)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("check, folder, line, words", [
    ("includes", "geo", '#include "store/conn.h"', "stands above"),
    ("includes", "geo", "#include <libpq-fe.h>", "only for server/store"),
    ("includes", "cli", "#include <gdal.h>", "only for server/cli/import"),
    ("includes", "render", "#include <microhttpd.h>", "only for server/http"),
    ("includes", "geo", '#include "tile.h"', "names no module"),
    ("banned", "geo", "int x(char *a) { return atoi(a); }", "atoi"),
    ("banned", "geo", "void x(char *a) { strcat(a, a); }", "strcat"),
    ("banned", "store", 'void x(void) { snprintf(a, 9, "SELECT %s FROM t", b); }', "SQL made with a format"),
    ("banned", "http", 'const char *q = "SELECT 1";', "SQL outside"),
    ("words", "geo", "/* see /work" + "/main/x */", "path of somebody's machine"),
    ("words", "geo", "int a; ", "space at the end"),
])
def test_bad_code_is_found(tree, check, folder, line, words):
    path = tree / "server" / folder / "bad.c"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(line + "\n")
    done = lint(tree, check)
    assert done.returncode == 1 and words in done.stdout, done.stdout + done.stderr
    assert f"server/{folder}/bad.c" in done.stdout


def test_long_function_is_found(tree):
    (tree / "server/geo/bad.c").write_text("int bad(void)\n{\n" + "    good();\n" * 130 + "}\n")
    done = lint(tree, "lengths")
    assert done.returncode == 1 and "bad() has 133 lines" in done.stdout, done.stdout
