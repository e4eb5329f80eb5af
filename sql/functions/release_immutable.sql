-- release_immutable: a published release keeps its content. It, its changelog, its slices, its fields, their blocks and
-- their sources refuse every change but publishing and withdrawing; the owner alone may still repair. (Which district
-- a source counts in follows the boundaries.)
CREATE OR REPLACE FUNCTION release_immutable()
RETURNS trigger
LANGUAGE plpgsql
    SET search_path = fluxgrid, public, pg_temp AS $$
DECLARE
    pinned text;
BEGIN
    IF TG_TABLE_NAME = 'release' THEN
        SELECT r.slug || '@' || r.version INTO pinned FROM was r
        WHERE r.published IS NOT NULL
          AND NOT EXISTS (SELECT FROM release n WHERE n.id = r.id
                          AND to_jsonb(n) - 'state' - 'published' = to_jsonb(r) - 'state' - 'published') LIMIT 1;
    ELSIF TG_TABLE_NAME IN ('slice', 'release_change') THEN
        SELECT r.slug || '@' || r.version INTO pinned FROM touched t JOIN release r ON r.id = t.release
        WHERE r.published IS NOT NULL LIMIT 1;
    ELSIF TG_TABLE_NAME = 'field' THEN
        SELECT r.slug || '@' || r.version INTO pinned FROM touched t JOIN slice s ON s.field = t.id JOIN release r ON r.id = s.release
        WHERE r.published IS NOT NULL LIMIT 1;
    ELSE
        SELECT r.slug || '@' || r.version INTO pinned
        FROM (SELECT DISTINCT field FROM touched) t JOIN slice s ON s.field = t.field JOIN release r ON r.id = s.release
        WHERE r.published IS NOT NULL LIMIT 1;
    END IF;
    IF pinned IS NOT NULL THEN
        RAISE EXCEPTION 'release % is published and cannot be changed', pinned
            USING ERRCODE = 'restrict_violation', HINT = 'import a new version';
    END IF;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION release_immutable() IS 'Trigger: refuses changes to what a published release is made of.';

DO $$
DECLARE
    target text;
    change text;
BEGIN
    FOREACH target IN ARRAY ARRAY['slice', 'block', 'field', 'source_field', 'release_change'] LOOP
        FOREACH change IN ARRAY ARRAY['INSERT', 'UPDATE', 'DELETE'] LOOP
            CONTINUE WHEN target = 'source_field' AND change = 'UPDATE';
            EXECUTE format('CREATE OR REPLACE TRIGGER release_immutable_%s AFTER %s ON %I REFERENCING %s TABLE AS touched '
                           'FOR EACH STATEMENT WHEN (NOT pg_has_role(''fluxgrid_owner'', ''USAGE'')) EXECUTE FUNCTION release_immutable()',
                           lower(change), change, target, CASE change WHEN 'INSERT' THEN 'NEW' ELSE 'OLD' END);
        END LOOP;
    END LOOP;
    FOREACH change IN ARRAY ARRAY['UPDATE', 'DELETE'] LOOP
        EXECUTE format('CREATE OR REPLACE TRIGGER release_immutable_%s AFTER %s ON release REFERENCING OLD TABLE AS was '
                       'FOR EACH STATEMENT WHEN (NOT pg_has_role(''fluxgrid_owner'', ''USAGE'')) EXECUTE FUNCTION release_immutable()',
                       lower(change), change);
    END LOOP;
END $$;
