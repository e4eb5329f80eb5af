-- release_diff_report: the comparison of two releases as one document, which the import keeps and fluxgrid diff prints
-- and writes. at_most: how many rows of differences (the largest first) and of metadata; null: all rows, also those unchanged.
CREATE OR REPLACE FUNCTION release_diff_report(before bigint, after bigint, by_columns text[] DEFAULT '{sector,year}',
                                               of_level integer DEFAULT 1, at_most integer DEFAULT NULL)
RETURNS json
LANGUAGE sql STABLE
    SET search_path = fluxgrid, public, pg_temp AS $$
    WITH d AS MATERIALIZED (
        SELECT x.*, row_number() OVER (ORDER BY x.status = 'unchanged', abs(x.difference_t) DESC, x.sector, x.gas, x.flow, x.year, x.month, x.place, x.district) AS rank
        FROM release_diff(before, after, by_columns, of_level) x
    ), t AS (
        SELECT x.gas, x.flow, x.year, x.status, x.before_t, x.after_t, x.difference_t, x.change_pct, x.unallocated_before_t, x.unallocated_after_t
        FROM release_diff(before, after, '{year}') x
    ), m AS MATERIALIZED (
        SELECT x.*, row_number() OVER (ORDER BY x.sector NULLS FIRST, x.gas, x.flow, x.what, x.years) AS rank FROM release_diff_metadata(before, after) x
    ), moved AS (
        SELECT x.sector, 'mass' AS what FROM release_diff(before, after, '{sector,year}') x WHERE x.status <> 'unchanged'
        UNION SELECT m.sector, 'pattern' FROM m WHERE m.what = 'pattern'
    ), bare AS (
        SELECT v.sector, array_agg(v.what ORDER BY v.what) AS what FROM moved v
        WHERE NOT EXISTS (SELECT FROM release_diff_changes(before, after) c WHERE c.sectors = '{}'
                          OR EXISTS (SELECT FROM sector_line() l WHERE l.code = v.sector AND l.above = ANY (c.sectors)))
        GROUP BY v.sector
    )
    SELECT json_build_object(
        'from', (SELECT r.slug || '@' || r.version FROM release r WHERE r.id = before),
        'from_state', (SELECT l.state FROM release_list() l WHERE l.id = before),
        'to', (SELECT r.slug || '@' || r.version FROM release r WHERE r.id = after),
        'to_state', (SELECT l.state FROM release_list() l WHERE l.id = after),
        'by', by_columns, 'level', CASE WHEN 'district' = ANY (by_columns) THEN of_level END,
        'counts', (SELECT json_build_object('added', count(*) FILTER (WHERE d.status = 'added'), 'removed', count(*) FILTER (WHERE d.status = 'removed'),
                       'changed', count(*) FILTER (WHERE d.status = 'changed'), 'unchanged', count(*) FILTER (WHERE d.status = 'unchanged')) FROM d),
        'totals', (SELECT coalesce(json_agg(t ORDER BY t.gas, t.flow, t.year), '[]') FROM t WHERE at_most IS NULL OR t.status <> 'unchanged'),
        'rows', (SELECT coalesce(json_agg(to_jsonb(d) - 'rank' ORDER BY d.rank), '[]') FROM d
                 WHERE at_most IS NULL OR (d.rank <= at_most AND d.status <> 'unchanged')),
        'rows_left_out', (SELECT count(*) FROM d WHERE at_most IS NOT NULL AND d.rank > at_most AND d.status <> 'unchanged'),
        'changes', (SELECT coalesce(json_agg(json_build_object('release', c.pinned, 'reason', c.reason, 'sectors', c.sectors,
                        'text', json_build_object('en', c.text_en, 'ru', c.text_ru, 'uz', c.text_uz, 'ko', c.text_ko))), '[]')
                    FROM release_diff_changes(before, after) c),
        'without_reason', (SELECT coalesce(json_agg(bare ORDER BY bare.sector), '[]') FROM bare),
        'metadata', (SELECT coalesce(json_agg(json_build_object('what', m.what, 'sector', m.sector, 'gas', m.gas, 'flow', m.flow, 'years', m.years,
                         'before', m.before_text, 'after', m.after_text) ORDER BY m.rank), '[]') FROM m WHERE at_most IS NULL OR m.rank <= at_most),
        'metadata_left_out', (SELECT count(*) FROM m WHERE at_most IS NOT NULL AND m.rank > at_most))
$$;
COMMENT ON FUNCTION release_diff_report(bigint, bigint, text[], integer, integer) IS
    'The comparison of two releases as JSON: counts, totals, rows, changelog between them, sectors that changed without a reason, metadata.';
