// @ts-check
/** An area against another year: what changed, and what is only told otherwise by a newer release. */
import { ask, common } from '../api.js';
import { span } from '../ask/answer.js';
import { catalog, gasText, pinned } from '../catalog.js';
import { el, fillSelect } from '../dom.js';
import { change, massScale, number } from '../format.js';
import { t } from '../i18n.js';
import * as state from '../state.js';

/** @param {string} code of the area @param {import('../state.js').State} s @param {AbortSignal} signal @returns {Promise<Node>} */
export async function draw(code, s, signal) {
  const rows = Number.isNaN(s.minus) ? [] : await against(code, s, signal);
  return el('section', { className: 'compare', id: 'compare' }, chooser(s), ...rows);
}

/** The year is that of the map's difference: one choice for both. @param {import('../state.js').State} s */
function chooser(s) {
  const select = /** @type {HTMLSelectElement} */ (el('select', { id: 'compare-year' }));
  fillSelect(select, [{ value: '', text: t('nothing') }, ...catalog.release.years.filter((/** @type {number} */ y) => y !== s.year)
    .map((/** @type {number} */ y) => ({ value: String(y), text: String(y) }))], Number.isNaN(s.minus) ? '' : String(s.minus));
  select.addEventListener('change', () => state.set({ minus: Number(select.value || NaN) }));
  return el('p', { className: 'row' }, el('label', { for: 'compare-year' }, t('ask_compare')), select);
}

/** @param {string} code @param {import('../state.js').State} s @param {AbortSignal} signal @returns {Promise<Node[]>} */
async function against(code, s, signal) {
  const { release } = pinned();
  const answer = await ask('/v1/compare', {
    ...common(pinned()), district: code, year: s.minus, to_release: release, to_year: s.year, unit: 'kt',
  }, signal);
  const [row] = answer.rows;
  if (!row || row.difference?.value === null || !row.difference) {
    return [el('p', { className: 'notice' }, t('ask_compare_none', { reason: row?.reason ?? t('nodata') }))];
  }
  const scale = massScale(Math.max(Math.abs(row.a.value), Math.abs(row.b.value)));
  const line = (/** @type {string} */ name, /** @type {any} */ its, /** @type {boolean} */ signed) => el('tr', {},
    el('th', { scope: 'row' }, name), el('td', {}, signed && its.value > 0 ? '+' : '', number(its.value * scale.factor),
      el('span', { className: 'interval' }, span(its, scale.factor))));
  const same = answer.sides.a.release === answer.sides.b.release;
  return [
    el('p', { className: 'few' }, t('ask_changed', { change: row.percent === null ? '' : change(row.percent / 100), from: s.minus, to: s.year })),
    el('table', { className: 'numbers' }, el('caption', {}, t('ask_value_interval', { unit: `${scale.unit} ${gasText(s)}` })), el('tbody', {},
      line(String(s.minus), row.a, false), line(String(s.year), row.b, false), line(t('ask_difference'), row.difference, true),
      ...(row.real_change ? [line(t('ask_real_change'), row.real_change, true), line(t('ask_recalculation'), row.recalculation, true)] : []))),
    el('p', { className: 'sub' }, same ? t('ask_compare_same') : row.split_reason ?? ''),
  ];
}
