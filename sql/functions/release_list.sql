-- release_list: every release and where it stands. "superseded" is not stored: a published release is superseded
-- when a higher version of its slug is published, and is not any more when that one is withdrawn.
CREATE OR REPLACE FUNCTION release_list()
RETURNS TABLE (id bigint, slug text, version text, state text, supersedes text, superseded_by text,
               created timestamptz, published timestamptz, withdrawn timestamptz, reason text, title text, changes integer)
LANGUAGE sql STABLE
    SET search_path = fluxgrid, public, pg_temp AS $$
    WITH shown AS (
        SELECT r.id, lag(r.version) OVER line AS below, lead(r.version) OVER line AS above
        FROM release r WHERE r.state = 'published'
        WINDOW line AS (PARTITION BY r.slug ORDER BY string_to_array(r.version, '.')::bigint[])
    )
    SELECT r.id, r.slug, r.version, CASE WHEN s.above IS NOT NULL THEN 'superseded' ELSE r.state END, s.below, s.above,
           r.created, r.published, e.at, coalesce(e.reason, ''), r.title_en,
           (SELECT count(*)::integer FROM release_change c WHERE c.release = r.id)
    FROM release r
    LEFT JOIN shown s ON s.id = r.id
    LEFT JOIN LATERAL (SELECT h.at, h.reason FROM release_event h WHERE r.state = 'withdrawn' AND h.slug = r.slug
                       AND h.version = r.version AND h.event = 'withdrawn' ORDER BY h.id DESC LIMIT 1) e ON true
    ORDER BY r.slug COLLATE "C", string_to_array(r.version, '.')::bigint[]
$$;
COMMENT ON FUNCTION release_list() IS
    'All releases by slug and version: state (draft, published, superseded, withdrawn), neighbours among the published ones, times, reason of a withdrawal.';
