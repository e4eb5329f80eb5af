-- release_diff_mass: the masses of one release as release_diff compares them. A column that is not in by_columns is
-- null and summed over; gas and flow always are there, for masses of two gases cannot be added. Without "sector", memo
-- items are left out, as in every total. With "district" the places are the districts of one level, what lies
-- outside of them all, and what has no place.
CREATE OR REPLACE FUNCTION release_diff_mass(of_release bigint, by_columns text[], of_level integer)
RETURNS TABLE (sector text, gas text, flow text, year smallint, month smallint, place text, district text, mass_t double precision,
               unallocated_t double precision)
LANGUAGE sql STABLE STRICT PARALLEL SAFE
    SET search_path = fluxgrid, public, pg_temp AS $$
    WITH keyed AS (
        -- each key with each of its fields once, however many fuels and months there are
        SELECT CASE WHEN 'sector' = ANY (by_columns) THEN s.sector END AS sector, s.gas, s.flow,
               CASE WHEN 'year' = ANY (by_columns) THEN s.year END AS year,
               CASE WHEN 'month' = ANY (by_columns) THEN s.month END AS month, s.field,
               sum(s.factor ORDER BY s.factor) AS factor, sum(s.mass_t ORDER BY s.mass_t) AS mass_t
        FROM slice s
        WHERE s.release = of_release AND ('sector' = ANY (by_columns)
              OR s.sector NOT IN (SELECT l.code FROM sector_line() l JOIN sector a ON a.code = l.above WHERE a.memo))
        GROUP BY 1, 2, 3, 4, 5, 6
    ), placed AS (
        SELECT k.sector, k.gas, k.flow, k.year, k.month, NULL::text AS place, NULL::text AS district, k.mass_t, k.field IS NULL AS is_unallocated
        FROM keyed k WHERE NOT 'district' = ANY (by_columns)
        UNION ALL
        SELECT k.sector, k.gas, k.flow, k.year, k.month, 'district', d.code, k.factor * m.mass, false
        FROM keyed k JOIN district_field m ON m.field = k.field JOIN district d ON d.id = m.district AND d.level = of_level
        WHERE 'district' = ANY (by_columns)
        UNION ALL
        SELECT k.sector, k.gas, k.flow, k.year, k.month, 'outside', NULL, k.factor * o.mass, false
        FROM keyed k JOIN field_outside o ON o.field = k.field AND o.level = of_level
        WHERE 'district' = ANY (by_columns) AND o.mass > 0
        UNION ALL
        SELECT k.sector, k.gas, k.flow, k.year, k.month, 'unallocated', NULL, k.mass_t, true
        FROM keyed k WHERE 'district' = ANY (by_columns) AND k.field IS NULL
    )
    -- summed in order of size: equal masses make equal sums, whichever way the rows lie
    SELECT p.sector, p.gas, p.flow, p.year, p.month, p.place, p.district, sum(p.mass_t ORDER BY p.mass_t),
           coalesce(sum(p.mass_t ORDER BY p.mass_t) FILTER (WHERE p.is_unallocated), 0)
    FROM placed p GROUP BY p.sector, p.gas, p.flow, p.year, p.month, p.place, p.district
$$;
COMMENT ON FUNCTION release_diff_mass(bigint, text[], integer) IS
    'Masses of a release in tonnes by gas, flow and any of sector, year, month (0: the whole year), district (of a level).';
