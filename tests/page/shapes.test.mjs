// Shapes from two positions and from typed text, by sums of our own.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { circle, distance, rectangle, text, typed } from '../../static/js/ask/shapes.js';

test('a rectangle has its corners whichever were given', () => {
  const want = [[67.5, 40], [68.2, 40], [68.2, 40.4], [67.5, 40.4], [67.5, 40]];
  assert.deepEqual(rectangle([67.5, 40], [68.2, 40.4]), want);
  assert.deepEqual(rectangle([68.2, 40], [67.5, 40.4]), want);
});

test('a circle is as far from its middle all round, on the ground', () => {
  const ring = circle([67.8, 40.1], 25000);
  assert.equal(ring.length, 49);
  assert.deepEqual(ring[0], ring[48]);
  for (const position of ring) assert.ok(Math.abs(distance([67.8, 40.1], position) - 25000) < 2, String(position));
});

test('a degree of latitude is 111.2 km', () => {
  assert.ok(Math.abs(distance([0, 40], [0, 41]) - 111195) < 1);
});

test('circles turn as rings of GeoJSON do: the inside is on the left', () => {
  const ring = circle([67.8, 40.1], 25000);
  const turn = ring.slice(1).reduce((sum, [x, y], i) => sum + ring[i][0] * y - x * ring[i][1], 0);
  assert.ok(turn > 0);
});

test('typed positions are a shape, as people type them', () => {
  const triangle = { geometry: { type: 'Polygon', coordinates: [[[67.5, 40], [68, 40], [68, 41], [67.5, 40]]] } };
  for (const way of ['67.5, 40\n68, 40\n68, 41', '67.5 40; 68 40; 68 41; 67.5 40', ' 67.5°, 40° \n\n68,40\n68,41\n']) assert.deepEqual(typed(way), triangle, way);
  assert.deepEqual(typed('67.5, 40\n68.2, 40.4').geometry.coordinates[0], rectangle([67.5, 40], [68.2, 40.4]));
  assert.equal(text(triangle.geometry), '67.5, 40\n68, 40\n68, 41');
});

test('what is wrong is said with its line', () => {
  assert.deepEqual(typed('67.5, 40\nhere'), { key: 'ask_bad_line', values: { line: 2, text: 'here' } });
  assert.deepEqual(typed('67.5, 40\n40, 167'), { key: 'ask_bad_range', values: { line: 2 } });
  assert.equal(typed('67.5, 40').key, 'ask_few');
  assert.equal(typed('').key, 'ask_few');
});
