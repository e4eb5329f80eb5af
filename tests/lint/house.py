"""What the house's own checks share: the files, and C without its comments and strings."""
import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


def sources(*folders, suffixes=(".c", ".h")):
    """Tracked and new files of the folders; ignored ones are nobody's business."""
    listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard", *folders], cwd=ROOT,
                            check=True, capture_output=True, text=True).stdout.split("\n")
    return [path for path in map(ROOT.joinpath, sorted(set(filter(None, listed))))
            if path.is_file() and (suffixes is None or path.suffix in suffixes)]


TOKEN = re.compile(r"""/\*.*?\*/ | //[^\n]* | "(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])*'""", re.S | re.X)


def _blank(text):
    return re.sub(r"[^\n]", " ", text)


def code_only(text):
    """The C text with comments and the insides of strings blanked, lines kept."""
    def replace(match):
        token = match[0]
        return _blank(token) if token[0] == "/" else token[0] + _blank(token[1:-1]) + token[-1]
    return TOKEN.sub(replace, text)


def without_comments(text):
    return TOKEN.sub(lambda m: _blank(m[0]) if m[0][0] == "/" else m[0], text)


def name(path):
    return str(path.relative_to(ROOT))


def finish(problems):
    """Prints the problems and ends with 1 when there is one."""
    for problem in problems:
        print(problem)
    raise SystemExit(1 if problems else 0)
