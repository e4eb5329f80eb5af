"""How long functions and files are. Fails only past what no reason excuses; reports the rest."""
import re
import sys

from house import code_only, finish, name, sources

FUNCTION_LIMIT, FILE_LIMIT = 120, 700  # hard; the house aims at 45 (90th percentile), 80 and 500
HEAD = re.compile(r"^[A-Za-z_][^;{}#=]*?\b([A-Za-z_]\w*)\([^;{}]*\)\s*\n?\{", re.M)

lengths, problems, notes = [], [], []
for path in sources("server", suffixes=(".c",)):
    text = code_only(path.read_text())
    lines = text.count("\n")
    if lines > FILE_LIMIT:
        problems.append(f"{name(path)}: {lines} lines (the limit is {FILE_LIMIT}): it holds two ideas")
    elif lines > 500:
        notes.append(f"note: {name(path)}: {lines} lines")
    for match in HEAD.finditer(text):
        end = text.find("\n}", match.end() - 1)
        length = text.count("\n", match.start(), end) + 2 if end > 0 else 0
        lengths.append(length)
        where = f"{name(path)}:{text[:match.start()].count(chr(10)) + 1}: {match[1]}() has {length} lines"
        if length > FUNCTION_LIMIT:
            problems.append(f"{where} (the limit is {FUNCTION_LIMIT})")
        elif length > 80:
            notes.append(f"note: {where}")
lengths.sort()
if lengths:
    at = lambda share: lengths[min(len(lengths) - 1, int(share * len(lengths)))]
    print(f"{len(lengths)} functions: median {at(.5)} lines, 90th percentile {at(.9)}, longest {lengths[-1]}, "
          f"{sum(n > 60 for n in lengths) * 100 / len(lengths):.1f} % over 60", file=sys.stderr)
print("\n".join(notes), end="\n" if notes else "", file=sys.stderr)
finish(problems)
