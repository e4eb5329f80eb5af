// GeoJSON as people have it: what is right is taken, what is wrong is said with its place.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { check, LIMITS, rounded } from '../../static/js/ask/check.js';
import { stopOf } from '../../static/js/ask/json.js';

const ring = [[67.5, 40], [68.2, 40], [68.2, 40.4], [67.5, 40]];
const polygon = { type: 'Polygon', coordinates: [ring] };
const feature = (geometry) => ({ type: 'Feature', properties: { name: 'x' }, geometry });
const said = (thing) => check(typeof thing === 'string' ? thing : JSON.stringify(thing));

test('geometries, features and collections are one shape', () => {
  for (const given of [polygon, feature(polygon), { type: 'FeatureCollection', features: [feature(polygon)] }, { type: 'GeometryCollection', geometries: [polygon] }]) {
    assert.deepEqual(said(given), { geometry: polygon, features: 1, positions: 4 });
  }
  const two = said({ type: 'FeatureCollection', features: [feature(polygon), feature({ type: 'MultiPolygon', coordinates: [[ring], [ring]] })] });
  assert.deepEqual(two, { geometry: { type: 'MultiPolygon', coordinates: [[ring], [ring], [ring]] }, features: 2, positions: 12 });
});

test('a byte order mark and heights do no harm', () => {
  const high = { type: 'Polygon', coordinates: [ring.map((p) => [...p, 400])] };
  assert.deepEqual(said(`\uFEFF${JSON.stringify(high)}`).geometry, polygon);
});

test('longitude and latitude may be named as the coordinate system, nothing else', () => {
  for (const name of ['urn:ogc:def:crs:OGC:1.3:CRS84', 'EPSG:4326', 'urn:ogc:def:crs:EPSG::4326']) {
    assert.ok(said({ ...polygon, crs: { type: 'name', properties: { name } } }).geometry, name);
  }
  const wrong = said({ ...polygon, crs: { type: 'name', properties: { name: 'urn:ogc:def:crs:EPSG::32642' } } });
  assert.deepEqual(wrong, { key: 'ask_wrong_crs', values: { crs: 'urn:ogc:def:crs:EPSG::32642' } });
});

const inCollection = (geometry) => ({ type: 'FeatureCollection', features: [feature(polygon), feature(geometry)] });
const at = '/features/1/geometry/coordinates';
for (const [given, key, values] of [
  ['"text"', 'ask_no_geojson', {}],
  [{ type: 'Topology' }, 'ask_no_geojson', {}],
  [{ type: 'FeatureCollection', features: [] }, 'ask_empty', { at: '/features' }],
  [inCollection({ type: 'Point', coordinates: [1, 2] }), 'ask_no_area', { type: 'Point', at: '/features/1/geometry' }],
  [inCollection(null), 'ask_no_geometry', { at: '/features/1' }],
  [inCollection({ type: 'Polygon', coordinates: [] }), 'ask_no_positions', { at }],
  [inCollection({ type: 'Polygon', coordinates: [ring.slice(0, 3)] }), 'ask_short_ring', { at: `${at}/0` }],
  [inCollection({ type: 'Polygon', coordinates: [[...ring.slice(0, 3), [67.6, 40.1]]] }), 'ask_open_ring', { at: `${at}/0` }],
  [inCollection({ type: 'Polygon', coordinates: [ring, [[1, 1], [2, null], [2, 2], [1, 1]]] }), 'ask_bad_position', { at: `${at}/1/1` }],
  [inCollection({ type: 'MultiPolygon', coordinates: [[ring], [[[500000, 4400000], ...ring]]] }), 'ask_metres', { at: `${at}/1/0/0`, lon: 500000, lat: 4400000 }],
  [inCollection({ type: 'Polygon', coordinates: [[[40, 167.5], ...ring]] }), 'ask_off_earth', { at: `${at}/0/0`, lon: 40, lat: 167.5 }],
]) {
  test(`a mistake has its sentence and its place: ${key}`, () => assert.deepEqual(said(given), { key, values }));
}

test('where JSON stops is told as line and column', () => {
  assert.deepEqual(said('{\n  "type": "Polygon",\n  "coordinates": [[}\n}'), { key: 'ask_not_json_at', values: { line: 3, column: 20 } });
});

test('where JSON stops is where it stops being JSON', () => {
  for (const good of ['{}', '[]', ' [1, -2.5e3, "a\\u00e9\\n", true, null, {"a": [], "b": {"c": []}}] ', '7']) {
    JSON.parse(good);
    assert.equal(stopOf(good), -1, good);
  }
  for (const [bad, at] of [['', 0], ['[1', 2], ['{"a" 1}', 5], ['{a: 1}', 1], ['[1,]', 3], ['[1 2]', 3], ['{"a": 1,}', 8], ['[01]', 2], ['{} x', 3], ['["a\n"]', 1], ['[}', 1]]) {
    assert.throws(() => JSON.parse(bad));
    assert.equal(stopOf(bad), at, bad);
  }
});

test('the size is told before anything is sent', () => {
  assert.deepEqual(said(JSON.stringify(polygon).padEnd(LIMITS.bytes + 1)), { key: 'ask_too_large', values: { size: 1025, most: 1024 } });
  assert.ok(said(JSON.stringify(polygon).padEnd(LIMITS.bytes)).geometry);
});

test('so is the number of positions', () => {
  const many = Array.from({ length: LIMITS.positions + 1 }, () => '[1,2]').join(); // 1.2 MB would be refused by its size, so no space
  const text = `{"type":"Polygon","coordinates":[[${many}]]}`;
  assert.equal(said(text).key, text.length > LIMITS.bytes ? 'ask_too_large' : 'ask_too_many');
});

test('a link carries five decimals', () => {
  const fine = { type: 'Polygon', coordinates: [[[67.1234567, 40.7654321], [68, 40], [68, 41], [67.1234567, 40.7654321]]] };
  assert.deepEqual(rounded(fine).coordinates[0][0], [67.12346, 40.76543]);
});
