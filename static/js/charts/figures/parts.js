// @ts-check
/** The areas below the shown one, each a way to its own dashboard. */
import { link } from '../../api.js';
import { percent } from '../../format.js';
import { t } from '../../i18n.js';
import { address } from '../../state.js';
import { massText, scaleFor, unitText } from '../units.js';
import * as questions from './questions.js';

/** @param {questions.State} s @param {questions.Ask} ask @param {any} area @returns {Promise<import('../chart.js').Figure | null>} null when it has none */
export async function load(s, ask, area) {
  const { rows } = await ask(questions.partsOf(s, area.district));
  return rows.length ? figure(s, rows, area) : null;
}

/** @param {questions.State} s @param {any[]} rows of /v1/districts @param {any} area @returns {import('../chart.js').Figure} */
export function figure(s, rows, area) {
  const sorted = [...rows].sort((a, b) => (b.value ?? -1) - (a.value ?? -1));
  const scale = scaleFor(rows.map((row) => row.value));
  const total = rows.reduce((sum, row) => sum + (row.value ?? 0), 0);
  const links = (/** @type {string} */ code) => address({ district: code });
  const question = questions.partsOf(s, area.district);
  return {
    id: 'parts', kind: 'bars', title: t('dash_parts', { name: area.name, year: s.year }), about: area.name, unit: unitText(scale, s), scale, links,
    describe: t('dash_parts_says', {
      year: s.year, name: area.name, count: rows.length, largest: sorted.slice(0, 3).map((row) => `${row.name} ${massText(row.value)}${total && row.value !== null ? ` (${percent(row.value / total)})` : ''}`).join('; '),
    }),
    csv: link(question[0], { ...question[1], format: 'csv' }),
    items: sorted.map((row) => ({ id: row.district, name: row.name, paint: 'plain', value: row.value, lo: row.lo ?? null, hi: row.hi ?? null })),
    columns: [
      { key: 'name', label: t('name'), kind: 'text' }, { key: 'value', label: t('value'), kind: 'number', mass: true },
      { key: 'lo', label: t('dash_lo'), kind: 'number', mass: true }, { key: 'hi', label: t('dash_hi'), kind: 'number', mass: true },
      { key: 'share', label: t('dash_share'), kind: 'share' },
    ],
    rows: sorted.map((row) => ({
      code: row.district, name: row.name, go: links(row.district), value: row.value, lo: row.lo ?? null, hi: row.hi ?? null,
      share: row.value === null || !total ? null : row.value / total,
    })),
  };
}
