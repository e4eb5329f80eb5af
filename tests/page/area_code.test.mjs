// The asked area in the address: what goes in comes out, and what is no area is none.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decode, districtsOf, encode, encodeDistricts, MOST } from '../../static/js/ask/code.js';
import { parse, write } from '../../static/js/state.js';

const ring = (...positions) => [...positions, positions[0]];
const box = { type: 'Polygon', coordinates: [ring([67.5, 40], [68.2, 40], [68.2, 40.4], [67.5, 40.4])] };

test('what is encoded comes back to a metre', () => {
  const shapes = [
    box,
    { type: 'Polygon', coordinates: [ring([-179.99999, -89.5], [179.99999, -89.5], [0.00001, 89.99999]), ring([0, 0], [-0.00001, 1], [1, 1])] },
    { type: 'MultiPolygon', coordinates: [box.coordinates, [ring([1, 2], [3.12345, 4], [5, -6.54321])]] },
  ];
  for (const shape of shapes) assert.deepEqual(decode(encode(shape)), shape);
});

test('a step is as long as its distance needs', () => {
  assert.equal(encode({ type: 'Polygon', coordinates: [ring([0, 0], [0.00001, 0], [0, 0.00001])] }), 'p.AACABC'); // 0 0, 1 0, -1 1
});

test('the address carries it as it is, without escapes but for the star', () => {
  const area = encode({ type: 'MultiPolygon', coordinates: [box.coordinates, [...box.coordinates, ring([1, 1], [2, 1], [2, 2])]] });
  const search = write({ ...parse('?'), area });
  assert.ok(search.includes(`area=${area}`), search);
  assert.equal(parse(search).area, area);
});

test('many positions are no link', () => {
  const along = (count) => ring(...Array.from({ length: count }, (_, i) => [10 * Math.cos(i / count), 10 * Math.sin(i / count)]));
  assert.equal(encode({ type: 'Polygon', coordinates: [along(2000)] }), null);
  const text = encode({ type: 'Polygon', coordinates: [along(100)] });
  assert.ok(text && text.length <= MOST);
});

test('what no page made is no area', () => {
  const good = encode(box);
  for (const bad of ['', 'p.', 'p.AA', 'x.AAAA', 'p.!!', good.slice(0, -1), `${good}.`, `p.${'_'.repeat(60)}`, 'd.1708']) {
    assert.equal(decode(bad), null, bad);
  }
  assert.equal(parse('?area=<script>').area, '');
  assert.equal(parse(`?area=p.${'A'.repeat(3000)}`).area, '');
});

test('districts are named by their codes', () => {
  assert.equal(encodeDistricts(['1708', '1726']), 'd.1708.1726');
  assert.deepEqual(districtsOf('d.1708.1726'), ['1708', '1726']);
  assert.deepEqual(districtsOf(encode(box)), []);
  assert.equal(encodeDistricts([]), '');
});

test('a place of the address is two numbers', () => {
  assert.equal(parse('?at=67.845,40.115').at, '67.845,40.115');
  for (const bad of ['67.8', '67.8,40.1,3', 'a,b', '67.8;40.1', '1e3,2']) assert.equal(parse(`?at=${encodeURIComponent(bad)}`).at, '', bad);
});
