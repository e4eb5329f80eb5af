-- release_diff_metadata: what changed beside the masses. Of rows that both releases have: method, provenance,
-- uncertainty, origin, fuel, the pattern that spreads them over the map and the shares of the months; of the
-- release: its texts and scope.
CREATE OR REPLACE FUNCTION release_diff_metadata(before bigint, after bigint)
RETURNS TABLE (what text, sector text, gas text, flow text, before_text text, after_text text, years integer[])
LANGUAGE sql STABLE STRICT
    SET search_path = fluxgrid, public, pg_temp AS $$
    WITH used AS MATERIALIZED (
        SELECT DISTINCT s.release, s.sector, s.gas, s.flow, s.year, s.method, s.origin, s.fuel, s.uncertainty_pct, s.field, s.provenance
        FROM slice s WHERE s.release IN (before, after)
    ), told AS (
        SELECT DISTINCT s.release, s.sector, s.gas, s.flow, s.year, v.what, v.said
        FROM used s LEFT JOIN field f ON f.id = s.field LEFT JOIN provenance p ON p.id = s.provenance
        CROSS JOIN LATERAL (VALUES
            ('method', s.method), ('origin', s.origin), ('fuel', s.fuel), ('uncertainty', coalesce(s.uncertainty_pct || ' %', 'unknown')),
            ('pattern', coalesce(f.name || ' ' || left(f.sha256, 8), 'unallocated')),
            ('provenance', concat_ws(', ', nullif(p.dataset, ''), nullif(p.document, ''), nullif(p.locator, '')))) AS v (what, said)
    ), monthly AS (
        -- shares to a hundredth of a percent; a year without months says so
        SELECT m.release, m.sector, m.gas, m.flow, m.year,
               string_agg(CASE m.month WHEN 0 THEN 'year' ELSE m.month::text END || ' ' || round((m.share * 100)::numeric, 2) || ' %', ', ' ORDER BY m.month) AS said
        FROM (SELECT s.release, s.sector, s.gas, s.flow, s.year, s.month,
                     sum(s.mass_t) / nullif(sum(sum(s.mass_t)) OVER (PARTITION BY s.release, s.sector, s.gas, s.flow, s.year), 0) AS share
              FROM slice s WHERE s.release IN (before, after)
              GROUP BY s.release, s.sector, s.gas, s.flow, s.year, s.month) m
        GROUP BY m.release, m.sector, m.gas, m.flow, m.year
    ), side AS (
        SELECT m.release, m.sector, m.gas, m.flow, m.year, 'months' AS what, coalesce(m.said, '') AS said FROM monthly m
        UNION ALL
        SELECT t.release, t.sector, t.gas, t.flow, t.year, t.what, string_agg(t.said, '; ' ORDER BY t.said) AS said
        FROM told t GROUP BY t.release, t.sector, t.gas, t.flow, t.year, t.what
    ), texts AS (
        SELECT r.id, e.key, e.value FROM release r, jsonb_each_text(jsonb_build_object(
            'title', r.title_en, 'title (ru)', r.title_ru, 'title (uz)', r.title_uz, 'title (ko)', r.title_ko,
            'warning', r.warning_en, 'warning (ru)', r.warning_ru, 'warning (uz)', r.warning_uz, 'warning (ko)', r.warning_ko,
            'publisher', r.publisher, 'licence', r.licence, 'attribution', r.attribution, 'citation', r.citation,
            'method', r.method, 'countries', array_to_string(r.countries, ', '))) e
        WHERE r.id IN (before, after)
    )
    SELECT b.key, NULL, NULL, NULL, b.value, a.value, NULL
    FROM texts b JOIN texts a ON a.key = b.key AND a.value <> b.value WHERE b.id = before AND a.id = after
    UNION ALL
    SELECT b.what, b.sector, b.gas, b.flow, b.said, a.said, array_agg(b.year::integer ORDER BY b.year)
    FROM side b JOIN side a USING (sector, gas, flow, year, what)
    WHERE b.release = before AND a.release = after AND a.said <> b.said
    GROUP BY b.what, b.sector, b.gas, b.flow, b.said, a.said
$$;
COMMENT ON FUNCTION release_diff_metadata(bigint, bigint) IS
    'What two releases say differently: texts of the release (sector null), and per sector, gas, flow the method, provenance, uncertainty, origin, fuel, pattern, months.';
