/* What charts show, made of answers: no number is lost, none is invented, and colours stay. */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { catalog } from '../../static/js/catalog.js';
import * as balance from '../../static/js/charts/figures/balance.js';
import * as gases from '../../static/js/charts/figures/gases.js';
import * as quality from '../../static/js/charts/figures/quality.js';
import * as rank from '../../static/js/charts/figures/rank.js';
import * as series from '../../static/js/charts/figures/series.js';
import * as tree from '../../static/js/charts/figures/tree.js';
import { options } from '../../static/js/charts/options/all.js';
import { twoLines } from '../../static/js/charts/options/shared.js';
import { colour, family, letters } from '../../static/js/charts/palette.js';
import { branches, byCode, ends, path, tree as nodes } from '../../static/js/charts/sectors.js';
import { cell, csv } from '../../static/js/charts/table.js';
import { missing } from '../../static/js/dashboard/about.js';
import { toggled } from '../../static/js/dashboard/card.js';
import { earlier, trend } from '../../static/js/dashboard/headline.js';
import { parse } from '../../static/js/state.js';
import { speak } from './words.mjs';

const CODES = ['1', '1.A', '1.A.1', '1.A.3', '1.A.3.b', '1.B', '1.B.2', '1.B.2.a', '1.B.2.b', '2', '2.A', '2.A.1', '3', '3.A', '3.A.1', '3.B', '3.B.1', '4', '4.A'];
const SECTORS = CODES.map((code) => ({ code: `X:${code}`, parent: code.includes('.') ? `X:${code.split('.').slice(0, -1).join('.')}` : null, name: `sector ${code}`, memo: false }));
const LEAVES = ['1.A.1', '1.A.3.b', '1.B.2.a', '1.B.2.b', '3.A.1', '3.B.1', '4.A'].map((code) => `X:${code}`);
const LOOK = { dark: false, still: true, patterns: false, size: 15, font: 'sans', width: 600, ink: '#000', soft: '#555', line: '#ddd', paper: '#fff', accent: '#088' };
const S = { ...parse('?year=2022&gwp=AR5-100'), release: 'x@1.0.0' };

/** @param {number} year @param {string} code @param {number | null} value @param {string} flow */
const row = (year, code, value, flow = 'emission') => ({ year, sector: `X:${code}`, flow, value, lo: value && value * 0.9, hi: value && value * 1.2, status: 'reported' });
const ROWS = [2021, 2022].flatMap((year) => [
  row(year, '1.A.1', 100), row(year, '1.A.3.b', year - 2000), row(year, '1.B.2.a', 5), row(year, '1.B.2.b', 7), row(year, '3.A.1', year === 2021 ? null : 30),
  row(year, '3.B.1', 12, 'removal'), row(year, '4.A', 0),
]);

before(() => {
  speak('en');
  catalog.sectors = SECTORS;
  catalog.release = { id: 'x@1.0.0', years: [2021, 2022], gases: ['CO2', 'CH4'], sectors: LEAVES, monthly_years: [] };
  catalog.gases = ['CO2', 'CH4', 'SF6'].map((code) => ({ code, name: code }));
  catalog.gwpSets = [{ code: 'AR4-100' }, { code: 'AR5-100' }];
});

test('sectors: their way, their families, their order', () => {
  assert.deepEqual(path(SECTORS, 'X:1.A.3.b').map((s) => s.code), ['X:1', 'X:1.A', 'X:1.A.3', 'X:1.A.3.b']);
  assert.deepEqual(path(SECTORS, 'X:9'), []);
  assert.deepEqual(['X:1.A.3.b', 'X:1.B.2', 'X:2', 'X:2.A.1', 'X:3.C.4', 'Y:energy'].map(family), ['1.A.3', '1.B', '2', '2', '3.C', 'energy']);
  assert.deepEqual(['X:1.A.10', 'X:1.A.2'].sort(byCode), ['X:1.A.2', 'X:1.A.10']);
});

test('branches: families at the root, children below, each leaf in one', () => {
  const root = branches(SECTORS, LEAVES, '');
  assert.deepEqual(root.map((b) => b.code), ['X:1.A.1', 'X:1.A.3', 'X:1.B', 'X:3.A', 'X:3.B', 'X:4']);
  assert.deepEqual(root.flatMap((b) => b.leaves).sort(), [...LEAVES].sort());
  assert.deepEqual(branches(SECTORS, LEAVES, 'X:1').map((b) => b.code), ['X:1.A', 'X:1.B']);
  const deep = branches(SECTORS, LEAVES, 'X:1.B.2');
  assert.deepEqual(deep.map((b) => [b.code, b.paint, b.tone]), [['X:1.B.2.a', '1.B', 0], ['X:1.B.2.b', '1.B', 1]]);
  assert.deepEqual(branches(SECTORS, LEAVES, 'X:4.A').map((b) => b.code), ['X:4.A']);
});

test('a sector has its colour in every chart, and no two families share one', () => {
  const stacked = series.figure(S, ROWS, [], SECTORS).series;
  const barred = balance.figure(S, ROWS.filter((r) => r.year === 2022), [], undefined, SECTORS).items;
  const of = (list, code) => { const found = list.find((item) => item.id === `${code} emission`); return colour(found.paint, found.tone, false); };
  for (const code of ['X:1.A.1', 'X:1.A.3', 'X:1.B', 'X:3.A']) assert.equal(of(stacked, code), of(barred, code));
  for (const dark of [false, true]) {
    const all = ['1.A.1', '1.A.2', '1.A.3', '1.A.4', '1.A.5', '1.B', '2', '3.A', '3.B', '3.C', '4', '5'].map((paint) => colour(paint, 0, dark));
    assert.equal(new Set(all).size, all.length);
    for (const hex of all) assert.match(hex, /^#[0-9a-f]{6}$/);
  }
});

/** @param {string} hex */
const light = (hex) => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)).reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);

/** How eyes without one kind of cone see linear RGB (Machado, Oliveira and Fernandes 2009, severity 1). */
const EYES = {
  all: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  protan: [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
  deutan: [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
  tritan: [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
};

/** CIE L*a*b* of a colour as some eyes see it. @param {string} hex @param {number[][]} eyes */
function lab(hex, eyes) {
  const linear = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
  const [r, g, b] = eyes.map((line) => Math.min(1, Math.max(0, line.reduce((sum, part, i) => sum + part * linear[i], 0))));
  const f = (v) => (v > 0.008856 ? Math.cbrt(v) : 7.787 * v + 16 / 116);
  const [x, y, z] = [f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047), f(0.2126 * r + 0.7152 * g + 0.0722 * b), f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883)];
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

test('any two families differ for every kind of colour vision, light and dark', () => {
  const families = ['1.A.1', '1.A.2', '1.A.3', '1.A.4', '1.A.5', '1.B', '2', '3.A', '3.B', '3.C', '4', '5'];
  for (const dark of [false, true]) {
    for (const [name, eyes] of Object.entries(EYES)) {
      const seen = families.map((paint) => lab(colour(paint, 0, dark), eyes));
      seen.forEach((one, i) => seen.slice(0, i).forEach((other, j) => {
        const far = Math.hypot(...one.map((v, k) => v - other[k]));
        assert.ok(far >= 11, `${name} ${dark ? 'dark' : 'light'}: ${families[i]} and ${families[j]} are ${far.toFixed(1)} apart`);
      }));
    }
  }
});

test('letters on every colour can be read (4.5 to 1)', () => {
  for (const paint of ['1.A.1', '1.A.2', '1.A.3', '1.A.4', '1.B', '2', '3.A', '3.B', '3.C', '4', 'CO2', 'CH4', 'N2O', 'good', 'fair', 'weak', 'strong']) {
    for (const dark of [false, true]) {
      const ground = light(colour(paint, 0, dark));
      const ink = light(letters(colour(paint, 0, dark)));
      assert.ok((Math.max(ground, ink) + 0.05) / (Math.min(ground, ink) + 0.05) >= 4.3, `${paint} ${dark}`);
    }
  }
});

test('series: sums of leaves, removals below zero, gaps stay gaps, empty stacks go', () => {
  const { years, stacks } = series.stacks(ROWS, SECTORS, '');
  assert.deepEqual(years, [2021, 2022]);
  const found = Object.fromEntries(stacks.map((stack) => [`${stack.branch.code} ${stack.flow}`, stack.values]));
  assert.deepEqual(found, {
    'X:1.A.1 emission': [100, 100], 'X:1.A.3 emission': [21, 22], 'X:1.B emission': [12, 12], 'X:3.A emission': [null, 30], 'X:3.B removal': [-12, -12],
  });
  const figure = series.figure(S, ROWS, [{ year: 2021, value: 121, lo: 100, hi: 140 }, { year: 2022, value: 152, lo: null, hi: null }], SECTORS);
  const net = figure.series.at(-1);
  assert.deepEqual([net.name, net.values, net.lo, net.hi], ['Net', [121, 152], [100, null], [140, null]]);
  assert.equal(figure.rows.find((r) => r.code === 'X:3.A emission')['2021'], null);
  assert.equal(figure.unit, 'kt\u00a0CO₂e (AR5-100)');
  assert.match(figure.describe, /2021 to 2022/);
  const without = series.figure(S, ROWS.filter((r) => r.flow === 'emission'), [], SECTORS);
  assert.equal(without.series.at(-1).name, 'Total');
  assert.ok(series.figure(S, [], [], SECTORS).empty);
});

test('the tree holds all emissions, passes over only children, and leads to sectors', () => {
  const values = new Map([['X:1.A.1', 100], ['X:1.A.3.b', 22], ['X:1.B.2.a', 5], ['X:1.B.2.b', 7], ['X:4.A', 0]]);
  const [energy, ...rest] = nodes(SECTORS, values, '');
  assert.deepEqual([rest.length, energy.code, energy.value], [0, 'X:1', 134]);
  assert.deepEqual(ends([energy]).map((n) => [n.code, n.value]), [['X:1.A.1', 100], ['X:1.A.3.b', 22], ['X:1.B.2.a', 5], ['X:1.B.2.b', 7]]);
  assert.deepEqual(nodes(SECTORS, values, 'X:1.B').map((n) => n.code), ['X:1.B.2']);
  assert.deepEqual(nodes(SECTORS, values, 'X:1.B.2').map((n) => [n.code, n.tone]), [['X:1.B.2.a', 0], ['X:1.B.2.b', 1]]);
  assert.equal(nodes(SECTORS, values, 'X:1.B').reduce((sum, n) => sum + n.value, 0), 12);
  const figure = tree.figure(S, ROWS.filter((r) => r.year === 2022), SECTORS);
  assert.equal(figure.rows.reduce((sum, r) => sum + r.share, 0).toFixed(9), '1.000000000');
  assert.equal(new URLSearchParams(figure.links('X:1.B')).get('sector'), 'X:1.B');
  assert.ok(tree.figure(S, ROWS.filter((r) => r.flow === 'removal'), SECTORS).empty);
});

test('balance: sinks turn with their bounds', () => {
  assert.deepEqual(balance.signed({ flow: 'removal', value: 12, lo: 10, hi: 20 }), { value: -12, lo: -20, hi: -10 });
  assert.deepEqual(balance.signed({ flow: 'emission', value: 12, lo: null, hi: null }), { value: 12, lo: null, hi: null });
  assert.deepEqual(balance.signed(undefined), { value: null, lo: null, hi: null });
  const figure = balance.figure(S, ROWS.filter((r) => r.year === 2022), [{ flow: 'emission', value: 164, lo: 150, hi: 180 }], { value: 164, lo: 1, hi: 2 }, SECTORS);
  assert.equal(figure.rows.find((r) => r.code === 'removal').value, null);
  assert.ok(figure.items.every((item) => item.id !== 'removal'), 'what is missing has no bar');
  assert.ok(figure.note);
});

test('gases: parts of one under each set of weights, F-gases apart', () => {
  assert.deepEqual([...gases.parts([{ gas: 'CO2', value: 3 }, { gas: 'CH4', value: 1 }, { gas: 'N2O', value: null }])], [['CO2', 0.75], ['CH4', 0.25]]);
  assert.deepEqual([...gases.parts([])], []);
  const sets = [{ set: 'AR4-100', rows: [{ gas: 'CO2', value: 3 }, { gas: 'CH4', value: 1 }] }, { set: 'AR5-100', rows: [{ gas: 'SF6', value: 1 }, { gas: 'CH4', value: 1.12 }, { gas: 'CO2', value: 3 }] }];
  const figure = gases.figure(S, sets);
  assert.deepEqual(figure.series.map((s) => [s.id, s.values[0]]), [['CO2', 0.75], ['CH4', 0.25], ['SF6', null]]);
  assert.deepEqual(gases.shareByYear([{ year: 2022, gas: 'CO2', value: 1 }, { year: 2021, gas: 'CH4', value: null }], 'CH4'),
    [{ year: 2021, value: null, share: null }, { year: 2022, value: null, share: 0 }]);
});

test('rank: the shown area is marked, who has no value has no bar but a row', () => {
  const rows = [{ district: 'a', name: 'A', rank: 1, value: 3, lo: 2, hi: 4, denominator: 10, denominator_status: 'official' }, { district: 'b', name: 'B', rank: 2, value: 1 }, { district: 'c', name: 'C', rank: null, value: null }];
  const figure = rank.figure(S, rows, { district: 'b', level: 1, parent: 'X' }, ['/v1/rank', {}]);
  assert.deepEqual(figure.items.map((item) => [item.id, item.marked]), [['a', false], ['b', true]]);
  assert.equal(figure.rows.length, 3);
  assert.match(figure.note, /rank 2 of 2/);
  assert.deepEqual(rank.peers(S, { district: 'X', level: 0, parent: null })[1].within, 'X');
  assert.deepEqual(rank.peers(S, { district: 'b', level: 1, parent: 'X' })[1].within, 'X');
});

test('quality: from the strongest status, unknown words kept, unallocated always said', () => {
  const rows = [{ status: 'estimated', value: -2 }, { status: 'reported', value: 5 }, { status: 'guessed', value: 1 }, { status: 'reported', value: null }];
  assert.deepEqual(quality.byStatus(rows), [{ status: 'reported', value: 5 }, { status: 'estimated', value: 2 }, { status: 'guessed', value: 1 }]);
  const figure = quality.figure(S, rows, { grid: 6, points: 0, unallocated: 2 });
  assert.deepEqual(figure.rows.map((r) => [r.code, r.share]), [['reported', 0.625], ['estimated', 0.25], ['guessed', 0.125], ['grid', 0.75], ['unallocated', 0.25]]);
  assert.equal(figure.rows[2].name, 'guessed');
  assert.ok(quality.figure(S, rows, { grid: 6 }).rows.some((r) => r.code === 'unallocated' && r.share === 0));
});

test('what is missing is named', () => {
  const said = missing([{ value: null }, { value: 3, lo: null }, { value: 0, lo: null }]).join('\n');
  assert.match(said, /1 gas of the catalogue: SF₆/);
  assert.match(said, /sector 2\.A/);
  assert.match(said, /Months/);
  assert.match(said, /1 sector of the release has no value/);
  assert.match(said, /the uncertainty of 1 value/);
});

test('trends: a sign, a number and a word; within the uncertainty is neither', () => {
  assert.deepEqual(trend({ difference: { value: 5, lo: 1, hi: 9 }, percent: 9.88 }, 2010), { kind: 'up', text: '+9.9% since 2010: higher' });
  assert.deepEqual(trend({ difference: { value: -5, lo: -9, hi: -1 }, percent: -3 }, 2010), { kind: 'down', text: '-3% since 2010: lower' });
  assert.equal(trend({ difference: { value: 5, lo: -1, hi: 9 }, percent: 3 }, 2010).kind, 'same');
  assert.equal(trend({ difference: { value: -5, lo: null, hi: null }, percent: null }, 2010).text.replace('\u00a0', ' '), '−5 kt since 2010: lower');
  assert.equal(trend({ difference: null }, 2010).kind, 'unknown');
  assert.equal(trend(undefined, 2010).kind, 'unknown');
  assert.deepEqual(earlier({ ...S, year: 2022 }), [2021]);
  assert.deepEqual(earlier({ ...S, year: 2021 }), []);
});

test('tables: missing is said and not zero; CSV quotes and leaves empty', () => {
  const number = { key: 'v', label: 'V', kind: 'number', mass: true };
  assert.equal(cell(number, null, 1), 'no data');
  assert.equal(cell(number, 0, 1), '0');
  assert.equal(cell(number, 1500, 1e-3), '1.5');
  assert.equal(cell({ key: 's', label: 'S', kind: 'share' }, 0.25, 1e-3), '25%');
  assert.equal(csv({ columns: [{ key: 'name' }, { key: 'v' }], rows: [{ name: 'a, "b"', v: 1.5 }, { name: 'c', v: null }] }), 'name,v\n"a, ""b""",1.5\nc,\n');
  assert.equal(toggled('a,b', 'c', true), 'a,b,c');
  assert.equal(toggled('a,b', 'a', false), 'b');
  assert.equal(toggled('', 'a', true), 'a');
});

test('options: every kind draws its numbers, still when asked, patterns when asked', () => {
  const figures = [
    series.figure(S, ROWS, [{ year: 2021, value: 1, lo: 0, hi: 2 }, { year: 2022, value: 1, lo: null, hi: null }], SECTORS), tree.figure(S, ROWS.filter((r) => r.year === 2022), SECTORS),
    balance.figure(S, ROWS.filter((r) => r.year === 2022), [], { value: 1 }, SECTORS), quality.figure(S, [{ status: 'reported', value: 1 }], { grid: 1 }),
  ];
  for (const figure of figures) {
    const option = options(figure, LOOK);
    assert.equal(option.animation, false);
    assert.ok(option.series.length && option.series.every((s) => s.id), figure.id);
    const decals = (look) => JSON.stringify(options(figure, look)).includes('"dashArrayX"');
    assert.deepEqual([decals(LOOK), decals({ ...LOOK, patterns: true })], [false, true], figure.id);
  }
  const stacked = options(figures[0], LOOK);
  assert.deepEqual(stacked.series.filter((s) => s.type === 'bar').map((s) => s.data), series.stacks(ROWS, SECTORS, '').stacks.map((s) => s.values));
  const band = stacked.series.find((s) => s.id === 'net hi');
  assert.deepEqual(band.data, [2, null], 'a year without an interval has no band');
  assert.equal(options(figures[2], LOOK).series[0].data.length, figures[2].items.length);
});

test('a long name has two lines, broken where the first is full', () => {
  const width = (/** @type {string} */ text) => text.length;
  assert.equal(twoLines('Transport', 12, width), 'Transport');
  assert.equal(twoLines('Manufacturing industries and construction', 24, width), 'Manufacturing industries\nand construction');
  assert.equal(twoLines('one two three four', 7, width), 'one two\nthree four');
  assert.equal(twoLines('Unbreakable', 4, width), 'Unbreakable');
});
