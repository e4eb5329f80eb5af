-- Publishing: one state, one revision, once. That it notifies is tested by run.sh, for it takes a commit.
BEGIN;
\ir fixture.inc
SELECT plan(13);

SELECT is((SELECT catalog FROM revision), 0::bigint, 'loading bumps nothing');
SELECT is(release_publish(release), 1::bigint, 'publishing answers the new catalog revision') FROM fixture;
SELECT results_eq('SELECT state, published IS NOT NULL FROM release', $$VALUES ('published', true)$$, 'state and time are set');
SELECT is(release_publish(release), 1::bigint, 'publishing again changes nothing') FROM fixture;
SELECT is(release_withdraw(release), 2::bigint, 'withdrawing is a revision too') FROM fixture;
SELECT results_eq('SELECT state, published IS NOT NULL FROM release', $$VALUES ('withdrawn', true)$$, 'and keeps the time of publication');
SELECT is(release_publish(release), 3::bigint, 'a withdrawn release can come back') FROM fixture;
SELECT throws_like('SELECT release_publish(-1)', '%no release with id -1%', 'an unknown release is refused');
DELETE FROM slice;
INSERT INTO release (slug, version, title_en, title_ru, title_uz, title_ko, publisher, licence, attribution, citation, method, sha256)
    VALUES ('land', '2.0.0', 't', 't', 't', 't', 'p', 'l', 'a', 'c', 'm', repeat('d', 64));
SELECT throws_like($$SELECT release_publish(id) FROM release WHERE version = '2.0.0'$$, '%holds no slice%', 'an empty release is refused');
SELECT throws_like($$SELECT release_withdraw(id) FROM release WHERE version = '2.0.0'$$, '%only a published one%', 'a loading release cannot be withdrawn');
SELECT throws_ok($$INSERT INTO release (slug, version, title_en, title_ru, title_uz, title_ko, publisher, licence, attribution, citation, method, sha256)
    VALUES ('land', '2.0.0', 't', 't', 't', 't', 'p', 'l', 'a', 'c', 'm', repeat('e', 64))$$, '23505', NULL, 'a version exists once');
SELECT throws_ok($$INSERT INTO field (grid, name, sha256, kind, total, sum_sq, cells) SELECT grid, 'copy', repeat('a', 64), 'raster', 1, 1, 1 FROM fixture$$, '23505', NULL, 'equal patterns are one field');
SELECT throws_ok('SELECT import_begin()', '42P07', NULL, 'staging begins once in a transaction');
SELECT * FROM finish();
ROLLBACK;
