"""pytest imports modules of all folders by their bare names: two of one name stop a whole session."""
import collections
import pathlib

TESTS = pathlib.Path(__file__).resolve().parents[1]


def test_no_two_modules_have_one_name():
    names = collections.Counter(path.name for path in TESTS.rglob("*.py")
                                if not {"node_modules", "bench"} & set(path.parts))
    assert [name for name, count in names.items() if count > 1 and name != "conftest.py"] == []
