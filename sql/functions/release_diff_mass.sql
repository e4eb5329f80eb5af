-- release_diff_mass: the masses of one release as release_diff compares them. A column that is not in by_columns is
-- null and summed over; gas and flow always are there, for masses of two gases cannot be added. Without "sector", memo
-- items are left out, as in every total. With "district" the places are the districts of one level, what lies
-- outside of them all, and what has no place.
CREATE OR REPLACE FUNCTION release_diff_mass(of_release bigint, by_columns text[], of_level integer)
RETURNS TABLE (sector text, gas text, flow text, year smallint, place text, district text, mass_t double precision,
               unallocated_t double precision)
LANGUAGE sql STABLE STRICT PARALLEL SAFE
    SET search_path = fluxgrid, public, pg_temp AS $$
    WITH placed AS (
        SELECT s.sector, s.gas, s.flow, s.year, NULL::text AS place, NULL::text AS district, s.mass_t, s.field IS NULL AS is_unallocated
        FROM slice s WHERE s.release = of_release AND NOT 'district' = ANY (by_columns)
        UNION ALL
        SELECT s.sector, s.gas, s.flow, s.year, 'district', d.code, s.factor * m.mass, false
        FROM slice s JOIN district_field m ON m.field = s.field JOIN district d ON d.id = m.district AND d.level = of_level
        WHERE s.release = of_release AND 'district' = ANY (by_columns)
        UNION ALL
        SELECT s.sector, s.gas, s.flow, s.year, 'outside', NULL, s.factor * o.mass, false
        FROM slice s JOIN field_outside o ON o.field = s.field AND o.level = of_level
        WHERE s.release = of_release AND 'district' = ANY (by_columns) AND o.mass > 0
        UNION ALL
        SELECT s.sector, s.gas, s.flow, s.year, 'unallocated', NULL, s.mass_t, true
        FROM slice s WHERE s.release = of_release AND 'district' = ANY (by_columns) AND s.field IS NULL
    ), keyed AS (
        SELECT CASE WHEN 'sector' = ANY (by_columns) THEN p.sector END AS sector, p.gas, p.flow,
               CASE WHEN 'year' = ANY (by_columns) THEN p.year END AS year, p.place, p.district, p.mass_t, p.is_unallocated
        FROM placed p
        WHERE 'sector' = ANY (by_columns)
           OR p.sector NOT IN (SELECT l.code FROM sector_line() l JOIN sector a ON a.code = l.above WHERE a.memo)
    )
    -- summed in order of size: equal masses make equal sums, whichever way the rows lie
    SELECT k.sector, k.gas, k.flow, k.year, k.place, k.district, sum(k.mass_t ORDER BY k.mass_t),
           coalesce(sum(k.mass_t ORDER BY k.mass_t) FILTER (WHERE k.is_unallocated), 0)
    FROM keyed k GROUP BY k.sector, k.gas, k.flow, k.year, k.place, k.district
$$;
COMMENT ON FUNCTION release_diff_mass(bigint, text[], integer) IS
    'Masses of a release in tonnes by gas, flow and any of sector, year, district (of a level).';
