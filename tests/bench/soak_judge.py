"""What a soak came to: slopes of what was held when nobody asked, descriptors, and the rows of the table (docs/faults.md, T34)."""
import math
import statistics

LONG_S = 1800         # a slope over less is noise
SLOPE_MIB_H = 1
MORE_DESCRIPTORS = 2  # the watcher's or a worker's connection may be between two
LOOKS = 10            # there must be of a long soak: fewer say nothing


def warm(samples):
    """Those of the last two thirds of the time."""
    return [s for s in samples if s.at_s >= samples[-1].at_s / 3]


def slope_per_h(samples, of):
    """(slope, its standard error) by least squares over the last two thirds of the time; None when that is too few to say anything."""
    points = [(s.at_s / 3600, getattr(s, of)) for s in warm(samples)]
    if len(points) < 5:
        return None
    mean_x, mean_y = (statistics.fmean(axis) for axis in zip(*points))
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    slope = sum((x - mean_x) * (y - mean_y) for x, y in points) / spread
    left = sum((y - mean_y - slope * (x - mean_x)) ** 2 for x, y in points)
    return slope, math.sqrt(left / (len(points) - 2) / spread)


def more_descriptors(samples):
    """Of the last quarter than of the first one, after the warm-up; connections are not counted."""
    held = [s.own_descriptors for s in warm(samples)]
    if not held:
        return math.inf
    quarter = max(1, len(held) // 4)
    return statistics.median(held[-quarter:]) - statistics.median(held[:quarter])


def slope_rows(got, name, what, most_error):
    """It fails when it surely grows: free pages come and go, so that resident memory wanders by more than it may grow in an hour. How exactly a slope is
    known is judged where it can be exact: a figure that could be anything says nothing good."""
    is_long = got["seconds"] >= LONG_S
    if got[name] is None and not is_long:
        return []
    slope, error = got[name] or (math.inf, 0)
    note = "" if is_long else ", too short to judge"
    return [(f"{what}, slope after the warm-up, less twice its standard error{note}", slope - 2 * error, "MiB/h", SLOPE_MIB_H if is_long else None, None),
            (f"{what}, that standard error{note}", error, "MiB/h", most_error if is_long else None, None)]


def rows(got):
    """What was tried and what held, in the form of tests/faults."""
    total = got["requests"] + got["wrong"]
    held = [("requests answered right", total, total - got["wrong"]), ("kills of the database outlived without help", 1, int(got["recovered_s"] is not None))]
    figures = [("new versions switched to", got["publications"], "", None, 1),
               ("looks at what is held when nobody asks", got["looks"], "", None, LOOKS if got["seconds"] >= LONG_S else 1),
               *slope_rows(got, "heap_slope_mib_h", "memory given out when nobody asks", SLOPE_MIB_H / 2),
               *slope_rows(got, "rss_slope_mib_h", "resident memory then", None),
               ("peak of memory", got["peak_mib"], "MiB", got["allowed_mib"], None),
               ("descriptors beside connections, last quarter over first", got["more_descriptors"], "", MORE_DESCRIPTORS, None)]
    return ([{"threat": "T34", "what": what, "tried": tried, "held": good} for what, tried, good in held] +
            [{"threat": "T34", "what": what, "value": value, "unit": unit, "at_most": most, "at_least": least} for what, value, unit, most, least in figures])
