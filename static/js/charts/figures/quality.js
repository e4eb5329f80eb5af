// @ts-check
/** How well the numbers are known: their methods, and where they are. */
import { percent } from '../../format.js';
import { t } from '../../i18n.js';
import * as questions from './questions.js';

/** From the strongest method to the weakest, with the colour of each. What is not listed counts as weakest. */
const STATUSES = {
  measured: 'strong', reported: 'good', calculated: 'fair', scaled: 'fair', interpolated: 'weak', extrapolated: 'weak', estimated: 'weak', assumed: 'poor',
};

/** @param {questions.State} s @param {questions.Ask} ask @returns {Promise<import('../chart.js').Figure>} */
export async function load(s, ask) {
  const answer = await ask(questions.slicesOfYear(s));
  return figure(s, answer.rows, answer.area ?? {});
}

/** @param {any[]} rows status, value @returns {{status: string, value: number}[]} sizes of emissions and removals together, the strongest method first */
export function byStatus(rows) {
  /** @type {Map<string, number>} */
  const sums = new Map();
  for (const row of rows) if (row.value) sums.set(row.status, (sums.get(row.status) ?? 0) + Math.abs(row.value));
  const order = Object.keys(STATUSES);
  const place = (/** @type {string} */ status) => (order.includes(status) ? order.indexOf(status) : order.length);
  return [...sums].map(([status, value]) => ({ status, value })).sort((a, b) => place(a.status) - place(b.status));
}

/** @param {string} status @returns {string} its word, or the word that the data have */
export function statusName(status) {
  const key = `dash_status_${status.replace('-', '_')}`;
  const name = t(key);
  return name === key ? status : name;
}

/** @param {questions.State} s @param {any[]} rows @param {{grid?: number, points?: number, unallocated?: number}} where kt @returns {import('../chart.js').Figure} */
export function figure(s, rows, where) {
  const methods = byStatus(rows);
  const all = methods.reduce((sum, item) => sum + item.value, 0);
  const places = ['grid', 'points', 'unallocated'].map((key) => ({ key, value: Math.abs(/** @type {any} */ (where)[key] ?? 0) }));
  const placed = places.reduce((sum, item) => sum + item.value, 0);
  const share = (/** @type {number} */ value, /** @type {number} */ of) => (of ? value / of : null);
  const paints = { grid: 'good', points: 'strong', unallocated: 'none' };
  const found = [
    ...methods.map((item) => ({ id: item.status, name: statusName(item.status), paint: /** @type {any} */ (STATUSES)[item.status] ?? 'poor', method: share(item.value, all), place: null })),
    ...places.filter((item) => item.value || item.key === 'unallocated').map((item) => ({
      id: item.key, name: t(`dash_where_${item.key}`), paint: /** @type {any} */ (paints)[item.key], method: null, place: share(item.value, placed),
    })),
  ];
  return {
    id: 'quality', kind: 'shares', title: t('dash_quality', { year: s.year }), unit: t('dash_quality_unit'), share: true,
    describe: t('dash_quality_says', { list: found.map((item) => `${item.name} ${percent(item.method ?? item.place)}`).join('; ') }),
    empty: all ? undefined : t('dash_nothing'),
    x: [t('dash_by_method'), t('dash_by_place')],
    series: tones(found.map((item) => ({ id: item.id, name: item.name, paint: item.paint, tone: 0, values: [item.method, item.place] }))),
    columns: [{ key: 'name', label: t('dash_status'), kind: 'text' }, { key: 'basis', label: t('dash_basis'), kind: 'text' }, { key: 'share', label: t('dash_share'), kind: 'share' }],
    rows: found.map((item) => ({ code: item.id, name: item.name, basis: t(item.method === null ? 'dash_by_place' : 'dash_by_method'), share: item.method ?? item.place })),
  };
}

/** @template {{paint: string, tone: number}} T @param {T[]} list two with one colour differ by tone @returns {T[]} */
function tones(list) {
  list.forEach((item, i) => { item.tone = list.slice(0, i).filter((other) => other.paint === item.paint).length; });
  return list;
}
