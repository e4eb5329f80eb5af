"""docs/benchmarks.md out of what a run recorded (the dict that also goes into docs/benchmarks.json). No figure of its own."""
import statistics

import contest
from peers import picture_bytes

AT = 64  # connections of the columns that have room for one number only
GROUPS = {
    "cached": ("Ready answers, requests/s",
               "The same 2 000 tiles, finished beforehand: in the program's memory, in nginx's and MapCache's files, in mod_tile's "
               "metatiles. The floor is libmicrohttpd answering one fixed buffer of 4 096 bytes from memory."),
    "unchanged": ("304, requests/s", "One tile asked for again with its ETag, by h2load; the floor and nginx by the same client, with a 200."),
    "cold": ("Drawn tiles, tiles/s", "No finished tile is kept by anybody. Slow ones get a longer turn and fewer connections."),
}


def table(head, rows):
    return "\n".join(["| " + " | ".join(head) + " |", "|" + "---|" * len(head), *("| " + " | ".join(row) + " |" for row in rows)])


def number(value, digits=0):
    """Groups of three, as in 12 345."""
    return "" if value is None else f"{value:,.{digits}f}".replace(",", " ")


def short(value):
    """Three figures, for values of any size."""
    if value is None:
        return ""
    return number(value, max(0, 2 - max(0, len(str(int(abs(value)))) - 1)) if value < 100 else 0)


# ---- what the rounds say ----

def runs(entry, connections):
    """The rounds of a contest at so many connections; None when it had none or one of them was invalid."""
    got = entry["runs"].get(str(connections))
    return got if got and None not in got else None


def median(entry, connections, field):
    got = runs(entry, connections)
    return statistics.median(run[field] for run in got) if got and got[0][field] is not None else None


def ratios(ours, theirs, connections):
    mine, other = runs(ours, connections), runs(theirs, connections)
    return sorted(a["per_second"] / b["per_second"] for a, b in zip(mine, other)) if mine and other else []


def common(ours, theirs):
    """64 connections, or the most that both were asked with."""
    both = [c for c in contest.CONNECTIONS if ratios(ours, theirs, c)]
    return None if not both else AT if AT in both else max(both)


def span(values):
    """The median, and the rounds it is of."""
    if not values:
        return ""
    return short(statistics.median(values)) + ("" if len(values) == 1 else f" ({short(values[0])}-{short(values[-1])})")


def opponent(entries, entry):
    return next((e for e in entries if e["name"] == entry["against"]), entries[0])


def times(ours, theirs):
    at = common(ours, theirs)
    return "" if at is None or ours is theirs else span(ratios(ours, theirs, at)) + ("" if at == AT else f" at {at}")


# ---- the comparison ----

def group_table(entries):
    ours = entries[0]
    head = ["server", *(f"{c} conn." for c in contest.CONNECTIONS), f"p99 ms at {AT}", f"CPU us each at {AT}",
            f"{ours['name']} is so many times as fast"]
    rows = []
    for entry in entries:
        cpu = median(entry, AT, "cpu_us_each")
        rows.append([entry["name"], *(number(median(entry, c, "per_second")) for c in contest.CONNECTIONS),
                     number(median(entry, AT, "p99_ms"), 2), number(cpu, 1), times(opponent(entries, entry), entry)])
    return table(head, rows)


def zooms(entry):
    for connections, rates in entry["extra"]["by_zoom"].items():
        yield (f"- {entry['name']}, {connections} connections, tiles/s by zoom: "
               + ", ".join(f"z {zoom} {short(rate)}" for zoom, rate in rates.items()) + ".")


def faults(entries):
    lines = [f"- {entry['name']}: renderd drew {entry['extra']['metatiles']} of them (64 tiles each) in {entry['extra']['seconds']:.0f} s, "
             f"{number(entry['extra']['tiles_per_second'])} tiles/s." for entry in entries if "metatiles" in entry["extra"]]
    lines += [line for entry in entries if "by_zoom" in entry["extra"] for line in zooms(entry)]
    lines += [f"- **{entry['name']}: no figure.** {fault}" for entry in entries for fault in entry["faults"]]
    return "\n\n" + "\n".join(lines) if lines else ""


def comparison(full):
    parts = [preamble(full)]
    for group, (title, words) in GROUPS.items():
        entries = [entry for entry in full["contests"] if entry["group"] == group]
        if entries:
            found = "".join(f" {name}: {share:.0%} of the blocks were found in memory." for name, share in full["blocks_found"].items()) if group == "cold" else ""
            parts.append(f"### {title}\n\n{words}{found}\n\n{group_table(entries)}{faults(entries)}")
    parts.append("### What was checked before\n\nEvery body of one pass over the list, decoded. Peers sample the nearest cell or its "
                 "overview, the program sums by area: agreement is the share of pixels in the same class.\n\n" + passes(full))
    parts.append("### Bytes of the same pictures\n\nThe program's tiles of more than one colour, drawn from the list, decoded and given to the "
                 "others' encoders; each result decoded again and compared.\n\n"
                 f"{picture_bytes.table(full['pictures'])}\n\n{picture_bytes.words(full['pictures'])}")
    return "\n\n".join(parts)


def preamble(full):
    shape = full["data"]
    versions = ", ".join(f"{name} {version}" for name, version in full["versions"].items())
    return (f"Written by `tests/bench/run full --write` (`make bench` prints the same): {full['rounds']} rounds of {full['seconds']} s a turn, "
            f"A B A B, medians; in brackets the ratios of the single rounds. {full['machine']}, shared by client and server: one server at a time. "
            f"Client: wrk, keep-alive, the same script and list for all, {shape['tiles']} different tiles of zooms 4-14 in one shuffled order, "
            f"{shape['with_mass']} of which show mass. {shape['words']} Warm-up: the checked pass over the whole list. CPU is that of all the "
            f"server's processes.\n\nVersions: {versions}.")


def passes(full):
    rows = [[p["name"], str(p["answers"]), number(p["body_bytes"]), "" if p["agreement"] is None else f"{p['agreement']:.1%}"]
            for p in full["passes"]]
    return table(["server", "answers", "bytes of a body, mean", "pixels in the program's class"], rows)


# ---- the program alone ----

def alone(full):
    a = full["alone"]
    rows = [[row["what"], str(row["different"]), str(row["connections"]), *(
        ["no figure: " + row["fault"], "", "", "", ""] if "fault" in row else
        [number(row["per_second"]), number(row["p50_ms"], 3), number(row["p99_ms"], 2), number(row["p999_ms"], 2), number(row["cpu_us_each"], 1)])]
        for row in [*a["rows"], a["mixed"]]]
    parts = table(["part", "share of a cold tile's CPU"], [[name, f"{share:.1%}"] for name, share in a["parts"]["parts"].items()])
    return "\n\n".join([
        "Of the same run, the same data. CPU is the server's and, where no answer is kept, PostgreSQL's too. Answers were checked against the "
        "masses of the imported rasters before they were timed. Questions about drawn areas have a section of their own (`tests/bench/run area`).",
        table(["answer", "different ones", "conn.", "answers/s", "p50 ms", "p99 ms", "p99.9 ms", "CPU us each"], rows),
        table(["what", "figure"], [
            ["start to `/readyz` 200, database up", f"{a['start_ms']['median']:.0f} ms (median of {a['start_ms']['starts']}; slowest {a['start_ms']['slowest']:.0f})"],
            ["resident, idle", f"{a['resident_mib']['idle']:.0f} MiB"], ["resident after all of it", f"{a['resident_mib']['after']:.0f} MiB"]]),
        f"Where a cold tile's CPU time goes, blocks in memory, 16 connections, by perf ({a['parts']['samples']} samples):", parts])
