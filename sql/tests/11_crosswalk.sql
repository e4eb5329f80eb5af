-- Sector codes of other schemes: a partition for every code and gas, and the traps of their tables, numbered.
BEGIN;
SET search_path = fluxgrid, public;
SELECT plan(35);

CREATE TEMPORARY VIEW mapped AS -- what holds for a gas: its own rows, else those for every gas
    SELECT f.code, g.code AS gas, m.to_code, m.weight FROM foreign_sector f CROSS JOIN gas g
    JOIN sector_map m ON m.from_code = f.code AND m.gas = CASE WHEN EXISTS
        (SELECT FROM sector_map o WHERE o.from_code = f.code AND o.gas = g.code) THEN g.code ELSE '' END;
CREATE FUNCTION pg_temp.goes(code text, gas text DEFAULT 'CO2') RETURNS text LANGUAGE sql
    RETURN (SELECT string_agg(to_code || '*' || weight, ' ' ORDER BY to_code) FROM pg_temp.mapped m WHERE m.code = goes.code AND m.gas = goes.gas);
CREATE FUNCTION pg_temp.holds(above text, code text) RETURNS boolean LANGUAGE sql
    RETURN code = above OR left(code, length(above) + 1) = above || '.';

SELECT bag_eq('SELECT scheme, count(*)::integer FROM foreign_sector GROUP BY scheme',
    $$VALUES ('IPCC1996', 104), ('CRT', 130), ('EDGAR', 33), ('CLIMATETRACE', 69), ('GPC', 53), ('KR', 4)$$, 'six schemes beside the home scheme');
SELECT is_empty($$SELECT code FROM scheme WHERE '' IN (title_en, title_ru, title_uz, title_ko, version, source)
    OR title_ru !~ '[А-Яа-я]' OR title_ko !~ '[가-힣]' OR title_uz ~ '[А-Яа-я]'$$, 'schemes have titles in four languages');
SELECT is_empty($$SELECT code, gas FROM mapped GROUP BY code, gas HAVING abs(sum(weight) - 1) > 1e-12$$, 'for every code and gas the weights sum to 1');
SELECT is_empty($$SELECT from_code, gas FROM sector_map GROUP BY from_code, gas HAVING abs(sum(weight) - 1) > 1e-12$$, 'and so they do row by row');
SELECT is_empty($$SELECT * FROM sector_map m WHERE NOT EXISTS (SELECT FROM sector s WHERE s.code = m.to_code)
    OR NOT EXISTS (SELECT FROM foreign_sector f WHERE f.code = m.from_code) OR gas <> '' AND NOT EXISTS (SELECT FROM gas g WHERE g.code = m.gas)$$,
    'every code and gas of the map exists');
SELECT is_empty($$SELECT * FROM sector_map WHERE length(note) < 10$$, 'every row says why');
SELECT is_empty($$SELECT code, unnest(members) FROM foreign_sector EXCEPT SELECT f.code, s.code FROM foreign_sector f, sector s WHERE s.code LIKE 'IPCC2006:%'$$,
    'members are codes of the home scheme');
SELECT is_empty($$SELECT code, refusal FROM foreign_sector f WHERE
    (EXISTS (SELECT FROM sector_map m WHERE m.from_code = f.code))::integer + (refusal <> '')::integer
    + (members <> '{}' AND NOT EXISTS (SELECT FROM sector_map m WHERE m.from_code = f.code))::integer <> 1$$,
    'a code is led somewhere, or asks for shares among its members, or is refused for a reason');
SELECT is_empty($$SELECT code FROM foreign_sector WHERE refusal <> '' AND refusal !~ '; '$$, 'a reason comes with a remedy');
SELECT is_empty($$SELECT m.from_code, m.to_code FROM sector_map m WHERE m.to_code NOT LIKE 'IPCC2006:%' AND m.to_code <> m.from_code$$,
    'a code leads home or, kept whole, to itself: there are no chains and no cycles');

-- Codes kept whole: sectors of other schemes.
SELECT set_eq($$SELECT code FROM sector WHERE code NOT LIKE 'IPCC2006:%'$$, 'SELECT from_code FROM sector_map WHERE to_code = from_code',
    'the sectors of other schemes are the codes that are kept whole');
SELECT is_empty($$SELECT s.code FROM sector s JOIN foreign_sector f USING (code) WHERE f.members = '{}' AND NOT f.memo$$, 'what is kept whole says what it holds');
SELECT is_empty($$SELECT s.code, x.member FROM sector s JOIN foreign_sector f USING (code), unnest(f.members) AS x(member)
    WHERE s.parent IS NOT NULL AND NOT pg_temp.holds(s.parent, x.member)$$, 'it hangs below a code above all its members');
SELECT is_empty($$SELECT s.code, c.code FROM sector s JOIN foreign_sector f USING (code) JOIN sector c ON c.parent = s.parent AND c.code LIKE 'IPCC2006:%'
    WHERE (SELECT bool_and(pg_temp.holds(c.code, m)) FROM unnest(f.members) AS m) AND cardinality(f.members) > 1$$, 'below the lowest such code');
SELECT is_empty($$SELECT p.code FROM sector p JOIN sector s ON s.parent = p.code WHERE p.code NOT LIKE 'IPCC2006:%'$$, 'and is a leaf');
SELECT set_eq($$SELECT code FROM foreign_sector WHERE memo$$, $$SELECT m.from_code FROM sector_map m JOIN sector s ON s.code = m.to_code
    GROUP BY m.from_code HAVING bool_and(s.memo)$$, 'a code is a memo item when all it leads to is');

-- 1. Many-to-many and signed: the weight is a number of its own, of either sign.
SELECT lives_ok($$INSERT INTO sector_map (from_code, to_code, gas, weight, note) VALUES
    ('IPCC1996:1.B.2.c', 'IPCC2006:1.B.2.a.i', 'CH4', 1.5, 'made in the test'), ('IPCC1996:1.B.2.c', 'IPCC2006:1.B.2.b.i', 'CH4', -0.5, 'made in the test')$$,
    'trap 1: weights may be signed');
SELECT is(pg_temp.goes('IPCC1996:1.B.2.c', 'CH4'), 'IPCC2006:1.B.2.a.i*1.5 IPCC2006:1.B.2.b.i*-0.5', 'trap 1: one code to many, for one gas');
SELECT is(pg_temp.goes('IPCC1996:1.B.2.c', 'CO2'), NULL, 'trap 1: and for no other gas');
SELECT throws_ok($$INSERT INTO sector_map (from_code, to_code, gas, weight, note) VALUES ('EDGAR:ENE', 'IPCC2006:1.A.1.b', '', 0, 'no share')$$, '23514', NULL, 'trap 1: but not 0');
-- 2. Manure left on pasture: once.
SELECT is(pg_temp.goes('CLIMATETRACE:manure-left-on-pasture-cattle', 'N2O'), 'IPCC2006:3.C.4*1', 'trap 2: manure left on pasture counts once, in 3.C.4');
SELECT ok((SELECT bool_and(note ~ 'both') FROM sector_map WHERE from_code = 'CLIMATETRACE:manure-left-on-pasture-cattle')
    AND (SELECT note ~ 'pasture' FROM sector_map WHERE from_code = 'EDGAR:MNM'), 'trap 2: the note tells the disagreement');
-- 3. Refining.
SELECT is(pg_temp.goes('CLIMATETRACE:oil-and-gas-refining'), 'IPCC2006:1.A.1.b*1', 'trap 3: refining is fuel burnt in refineries');
SELECT ok((SELECT note ~ '1[.]A[.]1[.]bc' AND note ~ '1[.]B[.]2' FROM sector_map WHERE from_code = 'CLIMATETRACE:oil-and-gas-refining')
    AND (SELECT note ~ '1[.]A[.]1[.]bc' AND note ~ '1[.]B[.]2' FROM sector_map WHERE from_code = 'EDGAR:REF_TRF'), 'trap 3: the note tells who puts it where');
-- 4. Same digit, different meaning.
SELECT is(ARRAY[pg_temp.goes('IPCC1996:4.A', 'CH4'), pg_temp.goes('CRT:4.A'), pg_temp.goes('CRT:5.A', 'CH4'), pg_temp.goes('CRT:3.A', 'CH4'), pg_temp.goes('IPCC1996:6.A', 'CH4')],
    ARRAY['IPCC2006:3.A.1*1', 'IPCC2006:3.B.1*1', 'IPCC2006:4.A*1', 'IPCC2006:3.A.1*1', 'IPCC2006:4.A*1'], 'trap 4: 4.A is cattle, forest or landfill: the scheme says which');
SELECT is(ARRAY(SELECT label FROM foreign_sector WHERE code IN ('IPCC1996:4', 'CRT:4', 'CRT:3') ORDER BY code),
    ARRAY['Agriculture', 'Land use, land-use change and forestry', 'Agriculture'], 'trap 4: so do 3 and 4');
SELECT ok(NOT EXISTS (SELECT FROM foreign_sector WHERE code !~ '^[A-Z0-9]+:.') AND NOT EXISTS (SELECT FROM sector WHERE code !~ '^[A-Z0-9]+:.'), 'trap 4: no code goes without its scheme');
-- 5. Downwards needs shares.
SELECT ok((SELECT cardinality(members) = 8 FROM foreign_sector WHERE code = 'IPCC1996:1.A.2.f') AND pg_temp.goes('IPCC1996:1.A.2.f') IS NULL,
    'trap 5: 1.A.2.f of 1996 is eight codes of 2006 and leads to none without shares');
SELECT is(ARRAY[pg_temp.goes('CRT:3.B', 'CH4'), pg_temp.goes('CRT:3.B', 'N2O')], ARRAY['IPCC2006:3.A.2*1', NULL], 'trap 5: gas by gas: only the N2O of CRT 3.B needs shares');
-- 6. Memo items.
SELECT ok((SELECT bool_and(memo) FROM foreign_sector WHERE code IN ('CLIMATETRACE:international-aviation', 'CLIMATETRACE:international-shipping', 'CRT:1.D.1.a', 'CRT:1.D.1.b',
    'CRT:1.C', 'IPCC1996:1.A.3.a.i', 'IPCC1996:1.A.3.d.i', 'EDGAR:TNR_Ship', 'EDGAR:TNR_Aviation_CRS')), 'trap 6: bunkers and 1.C are memo items');
SELECT ok((SELECT memo FROM sector WHERE code = 'CRT:1.D.3') AND (SELECT memo FROM sector WHERE code = 'EDGAR:PRO_FFF'), 'trap 6: so are CO2 of biomass and EDGAR''s aggregate');
SELECT set_eq($$SELECT unnest(members) FROM foreign_sector WHERE code = 'EDGAR:PRO_FFF'$$, $$SELECT unnest(CASE WHEN f.members = '{}' THEN ARRAY[m.to_code] ELSE f.members END)
    FROM foreign_sector f JOIN sector_map m ON m.from_code = f.code WHERE f.code IN ('EDGAR:PRO_COAL', 'EDGAR:PRO_OIL', 'EDGAR:PRO_GAS', 'EDGAR:FFF')$$, 'trap 6: which is the sum of its parts');
-- 7. GPC.
SELECT is_empty($$SELECT code FROM foreign_sector WHERE scheme = 'GPC' AND (scope IS NULL OR (scope > 1) <> (refusal <> '') OR (scope = 1) <> ('territorial' = ANY (levels)))$$,
    'trap 7: rows of scope 1 are the territorial ones, those of scope 2 and 3 are refused');
SELECT set_eq($$SELECT code FROM foreign_sector WHERE scheme = 'GPC' AND scope = 1 AND NOT 'BASIC' = ANY (levels) AND NOT 'BASIC+' = ANY (levels)$$,
    ARRAY['GPC:I.4.4', 'GPC:III.1.3', 'GPC:III.2.3', 'GPC:III.3.3', 'GPC:III.4.3'], 'trap 7: I.4.4 and waste from elsewhere are territorial and not in BASIC');
SELECT is_empty($$SELECT code FROM foreign_sector WHERE 'BASIC' = ANY (levels) AND NOT 'BASIC+' = ANY (levels)$$, 'trap 7: BASIC+ holds BASIC');
SELECT * FROM finish();
ROLLBACK;
