"""The importer's last check reads the table, not its own sums: what changes on the way into it is seen."""
import pytest

from tiny import Tiny

# What a trigger does to a block between the COPY and the table, and the check that must fail.
FALSE = {
    "a cell": ("FOR i IN 0..4095 LOOP IF get_byte(new.cells, 4 * i) NOT IN (0, 127) THEN "
               "new.cells := set_byte(new.cells, 4 * i + 1, get_byte(new.cells, 4 * i + 1) # 64); EXIT; END IF; END LOOP;", 0, "native cells"),
    "a cell of an overview": ("FOR i IN 0..4095 LOOP IF get_byte(new.cells, 4 * i) NOT IN (0, 127) THEN "
                              "new.cells := set_byte(new.cells, 4 * i + 1, get_byte(new.cells, 4 * i + 1) # 64); EXIT; END IF; END LOOP;", 1, "overview level 1"),
    "a cell that is lost": ("FOR i IN 0..4095 LOOP IF get_byte(new.cells, 4 * i) NOT IN (0, 127) THEN "
                            "new.cells := set_byte(set_byte(new.cells, 4 * i, 127), 4 * i + 1, 192); EXIT; END IF; END LOOP;", 0, "native cells"),
    "an empty cell that is zero": ("FOR i IN 0..4095 LOOP IF get_byte(new.cells, 4 * i) = 127 THEN "
                                   "new.cells := overlay(new.cells PLACING '\\x00000000'::bytea FROM 4 * i + 1 FOR 4); EXIT; END IF; END LOOP;", 0, "block sums level 0"),
    "a sum": ("new.sum := new.sum * 1.0001;", 0, "block sums level 0"),
    "a count": ("new.count := new.count - 1;", 0, "block sums level 0"),
    "a block": ("RETURN NULL;", 1, "overview level 1"),
    "no level 0 at all": ("RETURN NULL;", 0, "native cells"),
}


@pytest.mark.parametrize("what", FALSE)
def test_what_is_stored_is_read_back(fresh, folder, run_fluxgrid, what):
    body, level, check = FALSE[what]
    fresh.rows(f"""
        CREATE FUNCTION public.falsify() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN IF new.level = {level} AND 'raster' = (SELECT kind FROM fluxgrid.field WHERE id = new.field) THEN {body} END IF; RETURN new; END $$;
        CREATE TRIGGER falsify BEFORE INSERT ON fluxgrid.block FOR EACH ROW EXECUTE FUNCTION public.falsify();
        SELECT 1""")
    done = run_fluxgrid("import", Tiny(ny=120, nx=160, step=0.01).write(folder), database=fresh)
    assert done.returncode == 1 and "the audit of the stored release fails" in done.stderr and check in done.stderr, done.stderr
    assert fresh.value("SELECT count(*) FROM release") == 0


def test_both_measure_the_same(fresh, folder, run_fluxgrid):
    """audit() in SQL finds what the importer found: nothing, and the same sums of the same cells."""
    run_fluxgrid("import", Tiny(ny=120, nx=160, step=0.01).write(folder), database=fresh, check=True)
    assert fresh.rows("SELECT a.* FROM release r, audit(r.id) a WHERE NOT a.ok") == []
    counted = fresh.rows("SELECT c.field, c.level, c.cells - c.blocks_cells, abs(c.cells_sum - c.blocks_sum) <= 1e-12 * c.blocks_sum "
                         "FROM release r, audit_cells(r.id) c")
    assert len(counted) > 6 and all(row[2:] == (0, True) for row in map(tuple, counted))
