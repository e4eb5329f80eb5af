"""Functions that this house does not call, and SQL made of input."""
import re

from house import code_only, finish, name, sources, without_comments

WHY = {
    "strcpy": "snprintf or buf_add", "strcat": "snprintf or buf_add", "sprintf": "snprintf", "vsprintf": "vsnprintf",
    "strncat": "snprintf or buf_add", "strtok": "strcspn", "gets": "getline",
    "atoi": "strtol with its end checked", "atol": "strtol with its end checked", "atof": "strtod with its end checked",
    "sscanf": "strtol, strtod", "localtime": "localtime_r", "gmtime": "gmtime_r", "asctime": "strftime",
    "ctime": "strftime", "system": "nothing", "popen": "nothing", "rand": "getrandom", "srand": "getrandom",
    "alloca": "arena_alloc", "setenv": "an argument",
}
CALL = re.compile(r"(?<![\w.>])(" + "|".join(WHY) + r")\s*\(")
# A statement put together by a format with %s or by joining text: the value belongs in a parameter.
SQL_WORD = r"\b(SELECT|INSERT\s+INTO|UPDATE|DELETE\s+FROM|COPY|CALL|SET\s+LOCAL)\b"
FORMATTED = re.compile(r"\b\w*(?:printf|buf_addf?|buf_format|asprintf)\s*\(([^;]*?)\)\s*;", re.S)

problems = []
for path in sources("server", "tests/unit", "tests/fuzz"):
    text = path.read_text()
    bare = code_only(text)
    for match in CALL.finditer(bare):
        line = bare[:match.start()].count("\n") + 1
        if match[1] == "setenv" and name(path).startswith("tests/"):
            continue
        if "lint: allow " + match[1] in text.split("\n")[line - 1]:
            continue
        problems.append(f"{name(path)}:{line}: {match[1]}() is not used here: {WHY[match[1]]}")
    if not name(path).startswith("server/"):
        continue
    commentless = without_comments(text)
    for match in FORMATTED.finditer(commentless):
        call = match[1]
        if re.search(r'"[^"]*' + SQL_WORD + r'[^"]*%[^%"]', call):
            line = commentless[:match.start()].count("\n") + 1
            problems.append(f"{name(path)}:{line}: SQL made with a format: send the value as a parameter")
    if re.search(r'"\s*(?:SELECT|INSERT INTO|UPDATE \w|DELETE FROM)\b', commentless) and not re.match(
            r"server/(store|cli)/", name(path)):
        problems.append(f"{name(path)}: SQL outside server/store and server/cli")
finish(problems)
