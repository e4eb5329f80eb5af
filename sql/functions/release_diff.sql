-- release_diff: two releases side by side, whatever their state. A row is added or removed when only one release has
-- it; unchanged up to 1e-12, which is what adding in another order does. The percentage is null where a release has
-- no such row, and where the former mass is 0. reasons: what the changelog gives for the row's sector.
CREATE OR REPLACE FUNCTION release_diff(before bigint, after bigint, by_columns text[] DEFAULT '{sector,year}', of_level integer DEFAULT 1)
RETURNS TABLE (sector text, gas text, flow text, year smallint, month smallint, place text, district text, status text,
               before_t double precision, after_t double precision, difference_t double precision, change_pct double precision,
               unallocated_before_t double precision, unallocated_after_t double precision, reasons text[])
LANGUAGE sql STABLE STRICT
    SET search_path = fluxgrid, public, pg_temp AS $$
    WITH b AS MATERIALIZED (SELECT * FROM release_diff_mass(before, by_columns, of_level)),
         a AS MATERIALIZED (SELECT * FROM release_diff_mass(after, by_columns, of_level)),
    pair AS (
        SELECT coalesce(b.sector, a.sector) AS sector, coalesce(b.gas, a.gas) AS gas, coalesce(b.flow, a.flow) AS flow,
               coalesce(b.year, a.year) AS year, coalesce(b.month, a.month) AS month, coalesce(b.place, a.place) AS place, coalesce(b.district, a.district) AS district,
               b.mass_t AS before_t, a.mass_t AS after_t, coalesce(a.mass_t, 0) - coalesce(b.mass_t, 0) AS difference_t,
               b.unallocated_t AS unallocated_before_t, a.unallocated_t AS unallocated_after_t
        FROM b FULL JOIN a ON (coalesce(b.sector, ''), b.gas, b.flow, coalesce(b.year, 0), coalesce(b.month, -1), coalesce(b.place, ''), coalesce(b.district, ''))
                            = (coalesce(a.sector, ''), a.gas, a.flow, coalesce(a.year, 0), coalesce(a.month, -1), coalesce(a.place, ''), coalesce(a.district, ''))
    ), why AS (
        SELECT l.code, array_agg(DISTINCT c.reason ORDER BY c.reason) AS reasons
        FROM release_diff_changes(before, after) c JOIN sector_line() l ON c.sectors = '{}' OR l.above = ANY (c.sectors)
        GROUP BY l.code
    )
    SELECT p.sector, p.gas, p.flow, p.year, p.month, p.place, p.district,
           CASE WHEN p.before_t IS NULL THEN 'added' WHEN p.after_t IS NULL THEN 'removed'
                WHEN abs(p.difference_t) < 1e280 AND abs(p.difference_t) * 1e12 <= greatest(p.before_t, p.after_t) THEN 'unchanged'
                ELSE 'changed' END,
           p.before_t, p.after_t, p.difference_t,
           -- beyond these bounds a quotient would leave float8
           CASE WHEN p.before_t > 1e-100 AND p.after_t < 1e100 THEN p.difference_t / p.before_t * 100 END,
           p.unallocated_before_t, p.unallocated_after_t, coalesce(w.reasons, '{}')
    FROM pair p LEFT JOIN why w ON w.code = p.sector
$$;
COMMENT ON FUNCTION release_diff(bigint, bigint, text[], integer) IS
    'Differences of two releases in tonnes by gas, flow and any of sector, year, month, district (of a level), with the changelog''s reasons.';
