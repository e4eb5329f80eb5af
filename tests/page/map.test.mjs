/** The map's arithmetic: class breaks, sizes of symbols, palettes, recolouring, and what its address can hold. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { CHANGE_BREAKS, breaksOf, classOf, onDark, palette, radius, rgba, short, sizes } from '../../static/js/map/classes.js';
import { isInside } from '../../static/js/map/inside.js';
import { merged } from '../../static/js/map/legend.js';
import { recolour, tableOf } from '../../static/js/map/recolour.js';
import { choiceOf, titleOf } from '../../static/js/map/values.js';
import { KEYS, parse, write } from '../../static/js/state.js';
import { catalog } from '../../static/js/catalog.js';
import { LANGUAGES, speak } from './words.mjs';

test('breaks rise, can be read, and put about as many areas into each class', () => {
  const values = Array.from({ length: 700 }, (_, i) => 3 * 1.013 ** i);
  const { breaks, kind } = breaksOf(values);
  assert.equal(kind, 'sequential');
  assert.equal(breaks.length, 6);
  assert.deepEqual(breaks, [...breaks].sort((a, b) => a - b));
  for (const one of breaks) assert.ok(String(Number(one.toPrecision(2))) === String(one), `${one} has more than two digits`);
  const counts = Array(7).fill(0);
  for (const value of values) counts[classOf(value, breaks)] += 1;
  assert.equal(breaksOf(Array.from({ length: 50 }, (_, i) => 3 + i / 50)).breaks.length, 6, 'values close together are told apart');
  assert.ok(Math.min(...counts) > 70 && Math.max(...counts) < 130, String(counts));
});

test('values on both sides of zero get bounds that mirror each other', () => {
  const { breaks, kind } = breaksOf([-40, -10, -3, 5, 20, 300, 1000, 0, NaN]);
  assert.equal(kind, 'diverging');
  assert.deepEqual(breaks, [...breaks].reverse().map((b) => -b));
  assert.equal(breaks.length % 2, 0);
  assert.equal(classOf(0, breaks), breaks.length / 2, 'zero is in the middle');
});

test('few, equal and no values make fewer classes and no wrong one', () => {
  assert.deepEqual(breaksOf([]).breaks, []);
  assert.deepEqual(breaksOf([0, 0, NaN]).breaks, []);
  assert.deepEqual(breaksOf([7, 7, 7]).breaks, [7]);
  assert.equal(classOf(7, [7]), 1);
});

test('a value at a bound is in the class above it', () => {
  const breaks = [-0.5, 0, 10];
  assert.deepEqual([-1, -0.5, -0.1, 0, 9.99, 10, 1e9].map((v) => classOf(v, breaks)), [0, 1, 1, 2, 2, 3, 3]);
});

test('short numbers are near what they stand for', () => {
  for (let i = 0; i < 400; i++) {
    const value = 1e-3 * 1.05 ** i;
    assert.ok(Math.abs(short(value) - value) <= value * 0.15, String(value));
    assert.equal(short(-value), -short(value));
  }
  assert.deepEqual([0, 98, 1480, 0.0123].map(short), [0, 100, 1500, 0.012]);
});

test('the area of a circle is proportional to the mass', () => {
  const area = (value) => radius(value, 1000) ** 2;
  assert.ok(Math.abs(area(500) / area(1000) - 0.5) < 1e-12);
  assert.ok(Math.abs(area(30) / area(10) - 3) < 1e-12);
  assert.equal(radius(5, 0), 0);
});

test('the sizes of the legend are round, fall, and are not above the largest', () => {
  for (const most of [10589, 999, 1, 0.04]) {
    const list = sizes(most);
    assert.equal(list.length, 3);
    assert.ok(list[0] <= most && list[0] > list[1] && list[1] > list[2] && list[2] > 0, `${most}: ${list}`);
    assert.ok(list[0] * 2.5 > most, `${most}: ${list[0]} is much smaller`);
  }
  assert.deepEqual(sizes(10589), [10000, 2500, 500]);
  assert.deepEqual(sizes(0), []);
});

/** How far two colours are apart for someone who sees no red or no green (Vienot 1999, linear light). */
function apart(one, other, kind) {
  const see = (colour) => {
    const [r, g, b] = rgba(colour).map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
    const [l, m, s] = [17.8824 * r + 43.5161 * g + 4.11935 * b, 3.45565 * r + 27.1554 * g + 3.86714 * b, 0.0299566 * r + 0.184309 * g + 1.46709 * b];
    return kind === 'protan' ? [2.02344 * m - 2.52581 * s, m, s] : [l, 0.494207 * l + 1.24827 * s, s];
  };
  const [a, b] = [see(one), see(other)];
  return Math.hypot(...a.map((v, i) => Math.cbrt(Math.max(0, v)) - Math.cbrt(Math.max(0, b[i]))));
}

test('neighbours in every palette differ for those who see no red or no green', () => {
  for (const kind of ['sequential', 'change', 'net']) {
    for (const dark of [false, true]) {
      const plain = palette(7, kind, dark);
      const colours = dark && kind !== 'sequential' ? onDark(plain, true) : plain;
      assert.equal(new Set(colours).size, 7);
      for (let i = 1; i < 7; i++) {
        for (const eye of ['protan', 'deutan']) {
          assert.ok(apart(colours[i - 1], colours[i], eye) > 0.09, `${kind} ${dark} ${eye}: ${colours[i - 1]} ${colours[i]}`);
        }
      }
    }
  }
  assert.ok(apart('#fee08b', '#d9ef8b', 'deutan') < 0.09, 'the measure sees that two classes of a red-green palette are alike');
});

test('a palette has as many colours as classes and keeps its ends', () => {
  for (let count = 2; count <= 7; count++) {
    const colours = palette(count, 'sequential');
    assert.equal(colours.length, count);
    assert.deepEqual([colours[0], colours.at(-1)], ['#fcffa4', '#000004']);
  }
  for (const count of [3, 5, 7]) {
    const colours = palette(count, 'net');
    assert.equal(colours.length, count);
    assert.equal(colours[(count - 1) / 2], '#f7f7f7');
    assert.deepEqual([colours[0], colours.at(-1)], ['#1b7837', '#762a83']);
  }
  assert.equal(CHANGE_BREAKS.length + 1, palette(7, 'change').length);
});

test('on a dark ground light is more, and what is faint stays faint', () => {
  assert.deepEqual(onDark(['#ffff0080', '#888888ff', '#000004ff'], false), ['#00000480', '#888888ff', '#ffff00ff']);
  const two = onDark(['#00441bff', '#d9f0d3ff', '#f7f7f7ff', '#e7d4e8ff', '#40004bff'], true);
  assert.deepEqual(two, ['#d9f0d3ff', '#00441bff', '#33434bff', '#40004bff', '#e7d4e8ff']);
});

test('one class alone keeps its colour, the others are grey, and no data stays as it is', () => {
  const classes = [{ colour: '#fcffa480', drawn: '#fcffa480' }, { colour: '#f98e09ff', drawn: '#f98e09ff' }, { colour: '#000004ff', drawn: '#000004ff' }];
  const pack = ([r, g, b, a]) => ((a << 24) | (b << 16) | (g << 8) | r) >>> 0;
  const pixels = Uint32Array.from([[251, 255, 163, 128], [249, 142, 9, 255], [0, 0, 4, 255], [0, 0, 0, 0], [158, 158, 158, 20]].map(pack));
  const before = [...pixels];
  recolour(pixels, tableOf(classes, 1));
  assert.equal(pixels[1], before[1]);
  assert.deepEqual([...pixels.slice(3)], before.slice(3));
  for (const i of [0, 2]) {
    const [r, g, b, a] = [pixels[i] & 255, (pixels[i] >> 8) & 255, (pixels[i] >> 16) & 255, pixels[i] >>> 24];
    assert.ok(Math.max(r, g, b) - Math.min(r, g, b) < 24 && a <= 64, `${r} ${g} ${b} ${a} is no faint grey`);
  }
  assert.equal(tableOf(classes, NaN), null, 'nothing to change: the picture is used as it came');
});

test('every member of the address that the map has comes back as it was written', () => {
  const given = {
    show: 'districts', by: 'change', level: 1, only: 3, sources: true, source: 'WRI 1&2=ʻ', opacity: 40, order: 'nsom', hide: 'no',
    swipe: 33.5, year2: 2010, gas2: 'ch4', locate: true, minus: 2015, year: 2020, z: 6.25, lon: 64.5, lat: 41.4, district: '1703',
  };
  const state = { ...parse(''), ...given };
  assert.deepEqual(parse(write(state)), state);
  assert.equal(write(parse('')), '?');
});

test('what is malformed in the address falls back to its default', () => {
  const start = parse('');
  for (const wrong of ['show=all', 'by=gdp', 'level=3', 'only=-1', 'sources=yes', 'opacity=5', 'order=moss', 'order=mos', 'hide=x', 'hide=oo', 'swipe=101', 'swipe=', 'year2=x', 'lat=91']) {
    assert.deepEqual(parse(`?${wrong}`), start, wrong);
  }
  for (const [name, key] of Object.entries(KEYS)) assert.ok('start' in key && typeof key.read === 'function', name);
});

test('a point is in an area, not in its hole, and in a second part', () => {
  const square = (x, y, side) => [x, y, x + side, y, x + side, y + side, x, y + side];
  const flat = [...square(0, 0, 10), ...square(3, 3, 4), ...square(20, 0, 5)];
  const ends = [8, 16, 24];
  const at = (x, y) => isInside(flat, ends, x, y);
  assert.deepEqual([at(1, 1), at(5, 5), at(8, 5), at(22, 2), at(12, 5), at(5, -1), at(26, 2)], [true, false, true, true, false, false, false]);
  // A point on a common border is in exactly one of two neighbours.
  const two = [square(0, 0, 4), square(4, 0, 4)];
  for (const y of [0.5, 1, 3.9]) assert.equal(two.filter((ring) => isInside(ring, [8], 4, y)).length, 1);
});

test('two scales with the same classes are one, with both titles where they differ', () => {
  const scale = { key: '', title: 'Change from 2010 to 2022', unit: '%', kind: 'sequential', note: '', lacking: '', classes: [{ from: null, to: null, colour: '#fff', label: 'all' }] };
  assert.deepEqual(merged([scale, scale]), [scale]);
  const [both] = merged([scale, { ...scale, title: 'Change from 2010 to 2016', lacking: 'none' }]);
  assert.equal(both.title, 'Change from 2010 to 2022 | Change from 2010 to 2016');
  assert.equal(both.unit, '%');
  assert.equal(both.lacking, 'none');
  assert.equal(merged([scale, { ...scale, classes: [{ ...scale.classes[0], label: 'other' }] }]).length, 2);
});

test('a change names both of its years in every language, and so does its choice the year it begins with', () => {
  catalog.release = { years: [2010, 2016, 2022] };
  for (const lang of LANGUAGES) {
    speak(lang);
    for (const [minus, from] of [[NaN, 2010], [2016, 2016]]) {
      const s = { ...parse(''), by: 'change', year: 2022, minus };
      assert.match(titleOf(s), new RegExp(String(from)), lang);
      assert.match(titleOf(s), /2022/, lang);
      assert.match(choiceOf(s), new RegExp(String(from)), lang);
      assert.doesNotMatch(choiceOf(s), /2022/, lang);
    }
  }
});
