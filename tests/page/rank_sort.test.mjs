// The order and the pages of the ranking's table.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PAGE, pageOf, parse, press, sorted } from '../../static/js/rank/sort.js';
import { shareAt } from '../../static/js/rank/words.js';

const rows = [
  { rank: 1, name: 'Жиззах', value: 5, share: 0.5 }, { rank: 2, name: 'Андижан', value: 3, share: null },
  { rank: 2, name: 'Бухара', value: 3, share: 0.3 }, { rank: 4, name: '', value: null, share: 0.1 },
];
const ranks = (sort) => sorted(rows, sort, 'ru').map((row) => `${row.rank}${row.name[0] ?? ''}`);

test('by any column, both ways; equals keep their order, unknown comes last', () => {
  assert.deepEqual(ranks(''), ['1Ж', '2А', '2Б', '4']);
  assert.deepEqual(ranks('name'), ['2А', '2Б', '1Ж', '4']);
  assert.deepEqual(ranks('-name'), ['1Ж', '2Б', '2А', '4']);
  assert.deepEqual(ranks('value'), ['2А', '2Б', '1Ж', '4']);
  assert.deepEqual(ranks('-share'), ['1Ж', '2Б', '4', '2А']);
  assert.deepEqual(ranks('share'), ['4', '2Б', '1Ж', '2А']);
  assert.equal(rows[0].rank, 1, 'the answer itself stays as it is');
});

test('a heading pressed again turns the order; by rank upwards is the default', () => {
  assert.equal(press('', 'rank'), '-rank');
  assert.equal(press('-rank', 'rank'), '');
  assert.equal(press('', 'value'), '-value');
  assert.equal(press('-value', 'value'), 'value');
  assert.equal(press('value', 'name'), 'name');
  assert.deepEqual(parse('-nonsense'), { column: 'rank', down: false });
});

test('pages are of one size and there is always one', () => {
  const many = Array.from({ length: 2 * PAGE + 3 }, (_, i) => i);
  assert.deepEqual(pageOf(many, 0).rows, many.slice(0, PAGE));
  const last = pageOf(many, 9);
  assert.deepEqual([last.page, last.pages, last.from, last.to, last.rows.length], [2, 3, 2 * PAGE + 1, 2 * PAGE + 3, 3]);
  assert.deepEqual(pageOf([], 4), { rows: [], page: 0, pages: 1, from: 0, to: 0 });
});

test("Lorenz's curve is read between its points", () => {
  const curve = [[0, 0], [0.5, 0.1], [1, 1]];
  assert.equal(shareAt(curve, 0.25), 0.05);
  assert.ok(Math.abs(shareAt(curve, 0.9) - 0.82) < 1e-12);
  assert.equal(shareAt(null, 0.5), null);
});
