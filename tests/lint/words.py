"""Words that must not be committed: package registries' hosts, paths of somebody's machine, secrets."""
import re

from house import ROOT, finish, name, sources

# Spelt in pieces, or this file would find itself.
FORBIDDEN = {
    r"registry\.npm" + r"js\.org": "a registry's host",
    r"(deb|security|snapshot|ftp)\.debian" + r"\.org": "a registry's host",
    r"proxy\.golang" + r"\.org|pypi" + r"\.org|crates" + r"\.io": "a registry's host",
    r'"resolved"\s*:' + "": "a download address in a lock file",
    r"(?<![\w.-])/work" + r"/(main|shared|\.library)": "a path of somebody's machine",
    r"(?<![\w.-])/(root|home/[a-z]\w*)" + r"/(?!\.)[\w]": "a path of somebody's machine",
    r"BEGIN (RSA |EC |OPENSSH )?PRIVATE" + r" KEY": "a secret",
    r"\bFIX" + r"ME\b|\bXX" + r"X\b": "an unfinished thought; say it in an issue",
}
BINARY = {".png", ".tif", ".tiff", ".gpkg", ".zip", ".gz", ".shp", ".dbf", ".shx", ".bin", ".ico", ".woff2"}

problems = []
for path in sources(suffixes=None):
    if path.suffix in BINARY or path == ROOT / "tests/lint/words.py" or path.stat().st_size > 4 << 20:
        continue
    text = path.read_text(errors="replace")
    for pattern, what in FORBIDDEN.items():
        for match in re.finditer(pattern, text):
            line = text[:match.start()].count("\n") + 1
            problems.append(f"{name(path)}:{line}: {what}: {match[0]}")
    if path.suffix in {".c", ".h", ".py", ".sql", ".sh", ".js", ".css", ".md"}:
        for number, line in enumerate(text.split("\n"), 1):
            if line != line.rstrip() and path.suffix != ".md":
                problems.append(f"{name(path)}:{number}: space at the end of the line")
                break
        if text and not text.endswith("\n"):
            problems.append(f"{name(path)}: no newline at the end")
finish(problems)
