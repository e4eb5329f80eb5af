-- Releases: states, history, roll-back, discard, changelog, differences. Numbers are worked out by hand.
BEGIN;
\ir fixture.inc
SELECT plan(71);

-- a release `land` of a version with the slices of another, to be changed before it is published
CREATE FUNCTION pg_temp.copy_release(of_version text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    made bigint;
BEGIN
    INSERT INTO release (slug, version, title_en, title_ru, title_uz, title_ko, publisher, licence, attribution, citation, method, sha256)
        VALUES ('land', of_version, 't', 't', 't', 't', 'p', 'l', 'a', 'c', 'm', md5(of_version) || md5(of_version)) RETURNING id INTO made;
    INSERT INTO slice SELECT made, s.sector, s.gas, s.flow, s.origin, s.fuel, s.year, s.month, s.field, s.factor, s.mass_t, s.uncertainty_pct, s.method, s.provenance
        FROM slice s, fixture x WHERE s.release = x.release;
    RETURN made;
END $$;
CREATE FUNCTION pg_temp.version_id(of_version text) RETURNS bigint LANGUAGE sql AS $$ SELECT id FROM release WHERE slug = 'land' AND version = of_version $$;
CREATE FUNCTION pg_temp.states() RETURNS text LANGUAGE sql AS
    $$ SELECT string_agg(version || ' ' || state, ', ' ORDER BY string_to_array(version, '.')::int[]) FROM release_list() $$;

-- states
SELECT is(pg_temp.states(), '1.0.0 draft', 'what is loaded is a draft');
SELECT release_publish(release) FROM fixture;
SELECT pg_temp.copy_release('1.10.0'), pg_temp.copy_release('1.9.0');
SELECT is(release_former(pg_temp.version_id('1.10.0')), pg_temp.version_id('1.0.0'), 'a draft''s former release is the published one below');
SELECT release_publish(pg_temp.version_id('1.10.0'));
SELECT is(pg_temp.states(), '1.0.0 superseded, 1.9.0 draft, 1.10.0 published', 'versions are numbers: 1.10 is above 1.9');
SELECT lives_ok($$SELECT release_publish(pg_temp.version_id('1.9.0'))$$, 'a version below the latest may be published');
SELECT results_eq('SELECT version, state, supersedes, superseded_by FROM release_list()',
    $$VALUES ('1.0.0', 'superseded', NULL, '1.9.0'), ('1.9.0', 'superseded', '1.0.0', '1.10.0'), ('1.10.0', 'published', '1.9.0', NULL)$$,
    'it is superseded from the start, and each knows its neighbours');
SELECT is(release_former(pg_temp.version_id('1.10.0')), pg_temp.version_id('1.9.0'), 'former: the next lower one');
SELECT is(release_former(pg_temp.version_id('1.0.0')), NULL, 'the first has none');
SELECT is((SELECT count(*) FROM release_list() WHERE published IS NOT NULL AND withdrawn IS NULL), 3::bigint, 'each has its time of publication');

-- withdrawing
SELECT throws_like($$SELECT release_withdraw(pg_temp.version_id('1.9.0'), repeat('x', 501))$$, 'reason: %; shorten it', 'a long reason is refused');
SELECT throws_like($$SELECT release_withdraw(pg_temp.version_id('1.9.0'), E'a\nb')$$, 'reason: %; shorten it', 'a reason is one line');
SELECT is(release_withdraw(pg_temp.version_id('1.9.0'), 'a factor was wrong'), 4::bigint, 'a release is withdrawn with a reason');
SELECT results_eq($$SELECT state, reason, superseded_by, withdrawn IS NOT NULL FROM release_list() WHERE version = '1.9.0'$$,
    $$VALUES ('withdrawn', 'a factor was wrong', NULL, true)$$, 'which is kept');
SELECT results_eq($$SELECT version, supersedes FROM release_list() WHERE version = '1.10.0'$$, $$VALUES ('1.10.0', '1.0.0')$$, 'the others close ranks');
SELECT is(release_withdraw(pg_temp.version_id('1.9.0'), 'again'), 4::bigint, 'withdrawing again changes nothing');
SELECT is((SELECT count(*) FROM release_event WHERE version = '1.9.0'), 2::bigint, 'and is no event');
SELECT results_eq('SELECT version, event, reason, actor = session_user FROM release_event ORDER BY id',
    $$VALUES ('1.0.0', 'published', '', true), ('1.10.0', 'published', '', true), ('1.9.0', 'published', '', true), ('1.9.0', 'withdrawn', 'a factor was wrong', true)$$,
    'history has every step');

-- rolling back
SELECT results_eq($$SELECT latest, withdrawn, revision FROM release_rollback('land')$$, $$VALUES ('land@1.0.0', 'land@1.10.0', 5::bigint)$$,
    'one step: the former published version is the latest, past the withdrawn one');
SELECT is(pg_temp.states(), '1.0.0 published, 1.9.0 withdrawn, 1.10.0 withdrawn', 'the newest is withdrawn');
SELECT is((SELECT reason FROM release_list() WHERE version = '1.10.0'), 'rolled back to 1.0.0', 'its reason says why');
SELECT throws_like($$SELECT release_rollback('land')$$, 'land: has no former published version to go back to; %', 'there is no step below the first');
SELECT throws_like($$SELECT release_rollback('sea')$$, 'sea: is no release that is known; %', 'an unknown slug is refused');
SELECT is(release_publish(pg_temp.version_id('1.10.0')), 6::bigint, 'publishing it again undoes that');
SELECT is(pg_temp.states(), '1.0.0 superseded, 1.9.0 withdrawn, 1.10.0 published', 'it is the latest again');
SELECT release_publish(pg_temp.version_id('1.9.0'));
SELECT results_eq($$SELECT latest, withdrawn, revision FROM release_rollback('land', '1.0.0', 'both are wrong')$$,
    $$VALUES ('land@1.0.0', 'land@1.10.0, land@1.9.0', 8::bigint)$$, 'several steps are one revision');
SELECT is((SELECT count(*) FROM release_list() WHERE reason = 'both are wrong'), 2::bigint, 'with the reason that was given');
SELECT results_eq($$SELECT latest, withdrawn, revision FROM release_rollback('land', '1.0.0')$$, $$VALUES ('land@1.0.0', NULL, 8::bigint)$$,
    'to where it is already: nothing to do');
SELECT throws_like($$SELECT release_rollback('land', '1.9.0')$$, 'land@1.9.0: is not published, so there is no going back to it; name one of: 1.0.0', 'a withdrawn version is no aim');
SELECT throws_like($$SELECT release_rollback('land', '7.7.7')$$, 'land@7.7.7: is not published%', 'nor is one that is not there');

-- a draft is discarded, with all that is its own alone
SELECT throws_like($$SELECT release_discard(pg_temp.version_id('1.0.0'))$$, 'land@1.0.0: was published, %; take it back with: %', 'a published release is not discarded');
SELECT throws_like($$SELECT release_discard(pg_temp.version_id('1.10.0'))$$, 'land@1.10.0: was published, %', 'nor is a withdrawn one');
SELECT throws_like('SELECT release_discard(-1)', 'there is no release with id -1; %', 'nor one that is not there');
SELECT pg_temp.copy_release('2.0.0');
UPDATE fixture_cell SET v = v + 1;
WITH other AS (SELECT grid_put(0, 10, 0.5, 0.5, 70, 70) AS grid)
INSERT INTO field (grid, name, sha256, kind, total, sum_sq, cells) SELECT grid, 'own', repeat('e', 64), 'raster', 1, 1, 1 FROM other;
WITH p AS (INSERT INTO provenance (dataset) VALUES ('own') RETURNING id)
INSERT INTO slice (release, sector, gas, flow, origin, year, field, factor, mass_t, method, provenance)
    SELECT pg_temp.version_id('2.0.0'), 'IPCC2006:2.A.1', 'CO2', 'emission', 'fossil', 2020, f.id, 1, 1, 'reported', p.id FROM field f, p WHERE f.name = 'own';
INSERT INTO release_change (release, sort, reason, text_en, text_ru, text_uz, text_ko) SELECT pg_temp.version_id('2.0.0'), 1, 'error', 'e', 'r', 'u', 'k';
SELECT throws_like($$SELECT release_withdraw(pg_temp.version_id('2.0.0'))$$, 'land@2.0.0: is a draft, only a published one can be withdrawn; %discard land@2.0.0', 'a draft is not withdrawn');
SELECT is(release_discard(pg_temp.version_id('2.0.0')), 1::bigint, 'a draft is discarded with the field that it alone used');
SELECT is((SELECT array_agg(name ORDER BY name) FROM field), '{plain,plants}', 'fields that others use stay');
SELECT is((SELECT count(*) FROM grid), 1::bigint, 'its grid is gone');
SELECT is_empty('SELECT FROM provenance', 'its provenance too');
SELECT is_empty('SELECT FROM release_change', 'and its changelog');
SELECT is((SELECT count(*) FROM source), 4::bigint, 'sources that others use stay');
SELECT is((SELECT event FROM release_event WHERE version = '2.0.0'), 'discarded', 'history remembers it');
SELECT lives_ok($$SELECT pg_temp.copy_release('2.0.0')$$, 'its version can be used again');

-- differences: 2.0.0 changes 1.A.4 (5000 placed + 250 without a place) to 6000 + 90, leaves 1.A.1, drops 4.A, adds 2.A.1 and a memo item
DELETE FROM slice WHERE release = pg_temp.version_id('2.0.0') AND sector = 'IPCC2006:4.A';
UPDATE slice SET mass_t = 6000, factor = factor * 1.2, uncertainty_pct = 20 WHERE release = pg_temp.version_id('2.0.0') AND mass_t = 5000;
UPDATE slice SET mass_t = 90, method = 'scaled' WHERE release = pg_temp.version_id('2.0.0') AND mass_t = 250;
INSERT INTO slice (release, sector, gas, flow, origin, year, mass_t, method) VALUES
    (pg_temp.version_id('2.0.0'), 'IPCC2006:2.A.1', 'CO2', 'emission', 'fossil', 2021, 40, 'reported'),
    (pg_temp.version_id('2.0.0'), 'IPCC2006:1.A.3.a.i', 'CO2', 'emission', 'fossil', 2021, 7, 'reported');
UPDATE release SET title_en = 'another', licence = 'open' WHERE version = '2.0.0';
INSERT INTO release_change (release, sort, reason, text_en, text_ru, text_uz, text_ko, sectors) VALUES
    (pg_temp.version_id('2.0.0'), 1, 'activity-data', 'e', 'r', 'u', 'k', '{IPCC2006:1.A}'),
    (pg_temp.version_id('2.0.0'), 2, 'new-source', 'e', 'r', 'u', 'k', '{IPCC2006:2.A.1,IPCC2006:1.A.4}');
PREPARE diff AS SELECT sector, gas, year::int, status, before_t, after_t, difference_t, change_pct, unallocated_before_t, unallocated_after_t, reasons
    FROM release_diff(pg_temp.version_id('1.0.0'), pg_temp.version_id('2.0.0')) ORDER BY sector;
SELECT results_eq('diff', $$VALUES
    ('IPCC2006:1.A.1', 'CO2', 2020, 'unchanged', 9000::float8, 9000::float8, 0::float8, 0::float8, 0::float8, 0::float8, '{activity-data}'::text[]),
    ('IPCC2006:1.A.3.a.i', 'CO2', 2021, 'added', NULL, 7, 7, NULL, NULL, 7, '{activity-data}'),
    ('IPCC2006:1.A.4', 'CO2', 2020, 'changed', 5250, 6090, 840, 16, 250, 90, '{activity-data,new-source}'),
    ('IPCC2006:2.A.1', 'CO2', 2021, 'added', NULL, 40, 40, NULL, NULL, 40, '{new-source}'),
    ('IPCC2006:4.A', 'CH4', 2020, 'removed', 70, NULL, -70, NULL, 0, NULL, '{}')$$, 'row by row, with the reasons of each sector and of those above it');
SELECT results_eq($$SELECT gas, year::int, status, before_t, after_t, difference_t FROM release_diff(pg_temp.version_id('1.0.0'), pg_temp.version_id('2.0.0'), '{year}') ORDER BY gas, year$$,
    $$VALUES ('CH4', 2020, 'removed', 70::float8, NULL, -70::float8), ('CO2', 2020, 'changed', 14250, 15090::float8, 840), ('CO2', 2021, 'added', NULL, 40, 40)$$,
    'totals, without memo items');
SELECT is_empty($$SELECT FROM release_diff(pg_temp.version_id('2.0.0'), pg_temp.version_id('2.0.0'), '{sector,year,district}', 2) WHERE status <> 'unchanged' OR difference_t <> 0$$,
    'a release differs from itself in nothing');
SELECT is_empty($$SELECT sector, gas, flow, year, place, district, difference_t FROM release_diff(pg_temp.version_id('1.0.0'), pg_temp.version_id('2.0.0'), '{sector,year,district}', 1)
    EXCEPT SELECT sector, gas, flow, year, place, district, -difference_t FROM release_diff(pg_temp.version_id('2.0.0'), pg_temp.version_id('1.0.0'), '{sector,year,district}', 1)$$,
    'the other way round is the opposite');
SELECT is((SELECT array_agg(DISTINCT status) FROM release_diff(pg_temp.version_id('1.0.0'), pg_temp.version_id('1.10.0'))), '{unchanged}', 'equal content is unchanged');
SELECT is((SELECT array_agg(coalesce(district, place) ORDER BY place, district) FROM release_diff(pg_temp.version_id('1.0.0'), pg_temp.version_id('2.0.0'), '{district}', 1) WHERE gas = 'CO2'),
    '{X1,X2,outside,unallocated}', 'places: districts of the level, outside, unallocated');
SELECT ok(abs(sum(difference_t) - (840 + 40)) < 1e-9, 'they add up to the total''s difference at level ' || level)
    FROM generate_series(0, 2) AS level, release_diff(pg_temp.version_id('1.0.0'), pg_temp.version_id('2.0.0'), '{district}', level) d WHERE d.gas = 'CO2' GROUP BY level;
SELECT ok(abs(d.difference_t - m.mass * 1000 / f.total) < 1e-9, 'district ' || d.district || ' has its share of the difference')
    FROM release_diff(pg_temp.version_id('1.0.0'), pg_temp.version_id('2.0.0'), '{sector,district}', 2) d
    JOIN district t ON t.code = d.district JOIN field f ON f.name = 'plain' JOIN district_field m ON m.field = f.id AND m.district = t.id
    WHERE d.sector = 'IPCC2006:1.A.4';
-- adding in another order is no difference; the smallest difference that is one
SELECT pg_temp.copy_release('2.1.0');
UPDATE slice SET mass_t = mass_t * (1 + 1e-13) WHERE release = pg_temp.version_id('2.1.0') AND sector = 'IPCC2006:1.A.1';
UPDATE slice SET mass_t = mass_t * (1 + 1e-11) WHERE release = pg_temp.version_id('2.1.0') AND sector = 'IPCC2006:4.A';
SELECT results_eq($$SELECT sector, status FROM release_diff(pg_temp.version_id('1.0.0'), pg_temp.version_id('2.1.0'), '{sector}') ORDER BY sector$$,
    $$VALUES ('IPCC2006:1.A.1', 'unchanged'), ('IPCC2006:1.A.4', 'unchanged'), ('IPCC2006:4.A', 'changed')$$, 'unchanged is up to 1e-12');
UPDATE slice SET mass_t = 0 WHERE release = pg_temp.version_id('2.1.0') AND sector = 'IPCC2006:4.A';
SELECT results_eq($$SELECT status, change_pct FROM release_diff(pg_temp.version_id('2.1.0'), pg_temp.version_id('1.0.0'), '{sector}') WHERE sector = 'IPCC2006:4.A'$$,
    $$VALUES ('changed', NULL::float8)$$, 'from 0 there is no percentage');
UPDATE slice SET mass_t = 1e-300 WHERE release = pg_temp.version_id('2.1.0') AND sector = 'IPCC2006:4.A';
UPDATE slice SET mass_t = 1e300 WHERE release = pg_temp.version_id('2.1.0') AND sector = 'IPCC2006:1.A.1';
SELECT lives_ok($$SELECT * FROM release_diff(pg_temp.version_id('2.1.0'), pg_temp.version_id('1.0.0'), '{sector}')$$, 'numbers at the ends of float8 do no harm');

-- metadata
SELECT results_eq($$SELECT what, sector, before_text, after_text, years FROM release_diff_metadata(pg_temp.version_id('1.0.0'), pg_temp.version_id('2.0.0')) ORDER BY sector NULLS FIRST, what$$,
    $$VALUES ('licence', NULL, 'l', 'open', NULL::int[]), ('title', NULL, 't', 'another', NULL),
             ('method', 'IPCC2006:1.A.4', 'estimated; reported', 'reported; scaled', '{2020}'),
             ('uncertainty', 'IPCC2006:1.A.4', '10 %; unknown', '20 %; unknown', '{2020}')$$, 'what is said differently');
UPDATE slice SET field = (SELECT id FROM field WHERE name = 'plants') WHERE release = pg_temp.version_id('2.0.0') AND mass_t = 6000;
SELECT is((SELECT before_text || ' -> ' || after_text FROM release_diff_metadata(pg_temp.version_id('1.0.0'), pg_temp.version_id('2.0.0')) WHERE what = 'pattern'),
    'plain aaaaaaaa; unallocated -> plants bbbbbbbb; unallocated', 'another pattern is told');

-- months: another profile leaves the year as it is, and is told
SELECT pg_temp.copy_release('3.0.0'), pg_temp.copy_release('3.1.0');
DELETE FROM slice WHERE release IN (pg_temp.version_id('3.0.0'), pg_temp.version_id('3.1.0')) AND sector = 'IPCC2006:1.A.1';
INSERT INTO slice (release, sector, gas, flow, origin, year, month, mass_t, method) VALUES
    (pg_temp.version_id('3.0.0'), 'IPCC2006:1.A.1', 'CO2', 'emission', 'fossil', 2020, 1, 25, 'reported'),
    (pg_temp.version_id('3.0.0'), 'IPCC2006:1.A.1', 'CO2', 'emission', 'fossil', 2020, 7, 75, 'reported'),
    (pg_temp.version_id('3.1.0'), 'IPCC2006:1.A.1', 'CO2', 'emission', 'fossil', 2020, 1, 40, 'reported'),
    (pg_temp.version_id('3.1.0'), 'IPCC2006:1.A.1', 'CO2', 'emission', 'fossil', 2020, 7, 60, 'reported');
SELECT is((SELECT array_agg(DISTINCT status) FROM release_diff(pg_temp.version_id('3.0.0'), pg_temp.version_id('3.1.0'))), '{unchanged}', 'the year is the same');
SELECT results_eq($$SELECT sector, month::int, difference_t FROM release_diff(pg_temp.version_id('3.0.0'), pg_temp.version_id('3.1.0'), '{sector,year,month}') WHERE status = 'changed' ORDER BY month$$,
    $$VALUES ('IPCC2006:1.A.1', 1, 15::float8), ('IPCC2006:1.A.1', 7, -15)$$, 'its months are not');
SELECT results_eq($$SELECT what, sector, before_text, after_text, years FROM release_diff_metadata(pg_temp.version_id('3.0.0'), pg_temp.version_id('3.1.0'))$$,
    $$VALUES ('months', 'IPCC2006:1.A.1', '1 25.00 %, 7 75.00 %', '1 40.00 %, 7 60.00 %', '{2020}'::int[])$$, 'which the metadata say too');
SELECT results_eq($$SELECT before_text, after_text FROM release_diff_metadata(pg_temp.version_id('1.0.0'), pg_temp.version_id('3.0.0')) WHERE what = 'months'$$,
    $$VALUES ('year 100.00 %', '1 25.00 %, 7 75.00 %')$$, 'as when there were none');

-- the document
CREATE TEMPORARY TABLE report AS SELECT release_diff_report(pg_temp.version_id('1.0.0'), pg_temp.version_id('2.0.0'), at_most => 2)::jsonb AS r,
    release_diff_report(pg_temp.version_id('1.0.0'), pg_temp.version_id('2.0.0'))::jsonb AS full_report;
SELECT is(r->>'from' || ' ' || (r->>'from_state') || ' ' || (r->>'to') || ' ' || (r->>'to_state'), 'land@1.0.0 published land@2.0.0 draft', 'it names both') FROM report;
SELECT is(r->'counts', '{"added": 2, "removed": 1, "changed": 1, "unchanged": 1}'::jsonb, 'counts') FROM report;
SELECT is(jsonb_path_query_array(r, '$.rows[*].sector'), '["IPCC2006:1.A.4", "IPCC2006:4.A"]'::jsonb, 'the largest differences first, in either direction') FROM report;
SELECT is(r->'rows_left_out', '2'::jsonb, 'how many were left out') FROM report;
SELECT is(r->'without_reason', '[{"sector": "IPCC2006:4.A", "what": ["mass"]}]'::jsonb, 'a sector that changed without a reason is named') FROM report;
SELECT is(jsonb_array_length(full_report->'rows'), 5, 'the full one has all rows') FROM report;

-- the changelog between releases
INSERT INTO release_change (release, sort, reason, text_en, text_ru, text_uz, text_ko) SELECT pg_temp.version_id('2.1.0'), 1, 'error', 'e', 'r', 'u', 'k';
SELECT is((SELECT array_agg(pinned || ' ' || reason) FROM release_diff_changes(pg_temp.version_id('1.0.0'), pg_temp.version_id('2.1.0'))), '{"land@2.1.0 error"}',
    'a draft in between does not count');
SELECT release_publish(pg_temp.version_id('2.0.0'));
SELECT is((SELECT array_agg(pinned || ' ' || reason) FROM release_diff_changes(pg_temp.version_id('1.0.0'), pg_temp.version_id('2.1.0'))),
    '{"land@2.0.0 activity-data","land@2.0.0 new-source","land@2.1.0 error"}', 'a published one does');
SELECT throws_ok($$INSERT INTO release_change (release, sort, reason, text_en, text_ru, text_uz, text_ko) SELECT pg_temp.version_id('2.1.0'), 2, 'mood', 'e', 'r', 'u', 'k'$$,
    '23503', NULL, 'reasons are a closed list');
SET LOCAL ROLE fluxgrid_import;
SELECT throws_like($$UPDATE fluxgrid.release_change SET text_en = 'x' WHERE release = pg_temp.version_id('2.0.0')$$, '%is published and cannot be changed%', 'a published changelog is pinned');
RESET ROLE;
SELECT * FROM finish();
ROLLBACK;
