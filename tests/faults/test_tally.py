"""The frame itself: a table that could not say NO would prove nothing."""
import pytest
import tally


@pytest.mark.parametrize("row, is_met", [
    ({"tried": 3, "held": 3}, True), ({"tried": 3, "held": 2}, False),
    ({"value": 9, "at_most": 10}, True), ({"value": 11, "at_most": 10}, False),
    ({"value": 9, "at_least": 10}, False), ({"value": 11, "at_least": 10}, True), ({"value": 5}, True)])
def test_a_row_is_met_or_not(row, is_met):
    row = {"threat": "T1", "what": "x", "unit": "ms", **row}
    assert tally.is_met(row) == is_met
    assert tally.cells(row)[-1] == ("yes" if is_met else "NO")


def test_rows_stand_in_the_order_of_their_numbers():
    rows = [{"threat": name, "what": "x", "tried": 1, "held": 1} for name in ("T10", "T9", "T1")]
    assert [line.split()[0] for line in tally.plain(rows).splitlines()[1:]] == ["T1", "T9", "T10"]


def test_less_than_all_fails(held, monkeypatch):
    monkeypatch.delenv(tally.OUT, raising=False)
    with pytest.raises(AssertionError, match="1 of 2"):
        held("T0", "a row that no table shall have", 2, 1)


NOTES = [{"test": "a", "threat": "T1", "what": "x", "tried": 2, "held": 2}, {"test": "a", "outcome": "passed"}, {"test": "b", "outcome": "failed"}]


def test_a_test_that_fails_before_it_notes_anything_is_a_row():
    assert [(row["test"], tally.is_met(row)) for row in tally.rows_of(NOTES)] == [("a", True), ("b", False)]


def test_a_run_of_some_replaces_their_rows_only():
    before = [{"test": name, "threat": "T9", "what": "old", "tried": 1, "held": 1, "date": "then"} for name in ("a", "b", "c")]
    assert [(row["test"], row["what"] == "old", row["date"]) for row in tally.merged(before, NOTES, {"date": "now"})] == [
        ("c", True, "then"), ("a", False, "now"), ("b", False, "now")]
