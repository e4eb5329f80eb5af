"""Hot spots where one can count on one's fingers: ties, negative flows, grids that differ. A release of a few cells beside
the demonstration, on grids of its own."""
import pytest

from made import made_release

@pytest.fixture(scope="module")
def made(cluster, database, start_server):
    yield start_server(made_release(cluster, "made_release"))


def ask(server, **query):
    text = "&".join(f"{k}={v}" for k, v in {"release": "made", "by": "cell", "unit": "t", "gas": "CO2", **query}.items())
    return server.json("/v1/rank?" + text)


def ranked(answer):
    return [(r["rank"], round(r["value"], 9), r["west"], r["north"]) for r in answer["rows"]]


def test_ties_share_a_rank_and_go_from_the_north_west(made):
    got = ask(made, year=2020, top=1000)
    assert [(r, v) for r, v, _, _ in ranked(got)] == [(1, 5), (2, 4), (3, 3), (3, 3), (3, 3), (6, 1), (6, 1), (8, 0)]
    threes = [(round(w, 9), round(n, 9)) for _, v, w, n in ranked(got) if v == 3]
    assert threes == [(67.1, 40.5), (67.2, 40.5), (67.0, 40.4)]
    totals = got["totals"]
    assert (totals["members"], totals["zero"], totals["sum"], totals["unallocated"]) == (8, 1, 20, 100)
    assert [r["cumulative_share"] for r in got["rows"]] == pytest.approx([5 / 20, 9 / 20, 12 / 20, 15 / 20, 18 / 20, 19 / 20, 1, 1])


def test_who_is_left_out_of_a_tie_is_counted(made):
    got = ask(made, year=2020, top=3)
    assert len(got["rows"]) == 3 and got["totals"]["tied_beyond"] == 2
    assert ask(made, year=2020, top=5)["totals"]["tied_beyond"] == 0


@pytest.mark.parametrize("share,count,explains", [(0.2, 1, 0.25), (0.25, 1, 0.25), (0.4, 2, 0.45), (0.46, 5, 0.9), (0.9, 5, 0.9), (0.91, 7, 1)])
def test_a_set_never_splits_a_tie(made, share, count, explains):
    got = ask(made, year=2020, share=share)
    assert len(got["rows"]) == got["totals"]["set"]["count"] == count
    assert got["totals"]["set"]["explains"] == pytest.approx(explains)
    cut = ask(made, year=2020, share=share, top=3)
    assert len(cut["rows"]) == min(count, 3) and cut["totals"]["set"] == got["totals"]["set"]
    assert cut["totals"]["tied_beyond"] == (2 if count >= 5 else 0)


def test_the_curve_and_the_index_by_hand(made):
    """0 1 1 3 3 3 4 5: 2 (2 + 3 + 12 + 15 + 18 + 28 + 40)/(8 x 20) - 9/8."""
    totals = ask(made, year=2020)["totals"]
    assert totals["gini"] == pytest.approx(2 * 118 / 160 - 9 / 8) and totals["gini_error"] == 0
    want = [0, 0, 1, 2, 5, 8, 11, 15, 20]
    assert totals["lorenz"] == [pytest.approx([i / 8, m / 20]) for i, m in enumerate(want)]


def test_net_is_ranked_from_the_largest_and_shares_are_of_what_is_above_zero(made):
    """5-1, 3-6, 3-3, -2 alone (nothing emitted), and the rest: 3 1 1 0 4."""
    got = ask(made, year=2021, flow="net", top=1000)
    assert [(r, v) for r, v, _, _ in ranked(got)] == [(1, 4), (1, 4), (3, 3), (4, 1), (4, 1), (6, 0), (6, 0), (8, -2), (9, -3)]
    totals = got["totals"]
    assert (totals["sum"], totals["positive"], totals["negative"], totals["members"]) == (8, 13, 2, 9)
    assert [r["share"] for r in got["rows"]] == [pytest.approx(v / 13) if v >= 0 else None for v in (4, 4, 3, 1, 1, 0, 0, -2, -3)]
    assert [r["cumulative_share"] for r in got["rows"]][-2:] == [None, None]
    assert totals["gini"] is None and totals["gini_error"] is None and totals["lorenz"] is None and "negative" in totals["reason"]
    assert ask(made, year=2021, flow="net", share=0.5)["totals"]["set"]["count"] == 2
    assert ask(made, year=2021, flow="removal")["totals"]["gini"] is not None


def test_nested_grids_come_together_on_the_coarsest(made):
    """Fine cells 1 | 2 3 in the first row and 4 below the first: 1 + 4 join the coarse 10, 2 + 3 stand alone.
    The fine 0.5 lies beyond the coarse grid's edge: the cells go on."""
    got = ask(made, year=2022, top=1000)
    assert [(v, round(w, 9), round(n, 9)) for _, v, w, n in ranked(got)] == [(15, 66.9, 40.5), (7, 67.5, 40.5), (5, 67.1, 40.5), (0.5, 67.9, 40.5)]
    assert all(r["east"] - r["west"] == pytest.approx(0.2) for r in got["rows"])
    assert got["totals"]["sum"] == pytest.approx(27.5)
    one = ask(made, year=2022, top=1000, sector="IPCC2006:1.A.1")
    assert [v for _, v, _, _ in ranked(one)] == [4, 3, 2, 1, 0.5] and one["rows"][0]["east"] - one["rows"][0]["west"] == pytest.approx(0.1)


def test_each_grid_counts_by_its_own_cells_in_a_box(made):
    """A box that cuts the coarse cell holds the fine ones whole."""
    got = ask(made, year=2022, top=1000, bbox="66.95,40.3,67.1,40.5")
    (row,) = got["rows"]
    assert row["inside"] == pytest.approx(0.75) and row["value"] == pytest.approx(10 * 0.75 + 1 + 4)


def test_grids_that_do_not_nest_share_by_ground(made):
    """Cells of 0.15 degree: the first holds fine cell 1 whole and half of 2; the second the other half and 3; below it, 4."""
    got = ask(made, year=2023, top=1000)
    assert sorted(round(v, 6) for _, v, _, _ in ranked(got)) == [0.5, 4, 3 + 1 + 3, 6 + 1 + 1]
    assert got["totals"]["sum"] == pytest.approx(19.5, rel=1e-12)


def test_an_interval_of_two_grids(made):
    """Both totals are uncertain by 10 % and independent; their patterns are certain."""
    row = ask(made, year=2022)["rows"][0]
    half = ((10 * 0.1) ** 2 + (5 * 0.1) ** 2) ** 0.5
    assert (row["value"], row["lo"], row["hi"]) == pytest.approx((15, 15 - half, 15 + half))


def test_districts_with_the_same_value_are_ordered_by_code(made):
    got = ask(made, by="district", year=2020, level=2, top=1000)
    rows = [(r["rank"], -r["value"], r["district"]) for r in got["rows"]]
    assert rows == sorted(rows)
    nothing = [r for r in got["rows"] if r["value"] == 0]
    assert len({r["rank"] for r in nothing}) == 1 and got["totals"]["zero"] == len(nothing) > 100
