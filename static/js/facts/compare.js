// @ts-check
/** An area against another year, and as another release told it: what changed, and what is only told otherwise. */
import { ask, common } from '../api.js';
import { span } from '../ask/answer.js';
import { catalog, gasText, pinned } from '../catalog.js';
import { el, fillSelect } from '../dom.js';
import { change, massScale, number } from '../format.js';
import { t } from '../i18n.js';
import * as state from '../state.js';

/** Draws itself anew within the pane. @param {string} code of the area @param {import('../state.js').State} s @param {AbortSignal} signal @returns {Promise<HTMLElement>} */
export async function draw(code, s, signal) {
  const rows = Number.isNaN(s.minus) && !than(s) ? [] : await against(code, s, signal);
  return el('section', { className: 'compare', id: 'compare' }, years(s), releases(s), ...rows);
}

/** The release that the other side is of, '' for the shown one. @param {import('../state.js').State} s */
function than(s) {
  return others().some((one) => one.id === s.than) ? s.than : '';
}

/** @returns {any[]} other releases of the same inventory */
function others() {
  return catalog.releases.filter((one) => one.slug === catalog.release.slug && one.id !== catalog.release.id);
}

/** The year is that of the map's difference: one choice for both. @param {import('../state.js').State} s */
function years(s) {
  const select = /** @type {HTMLSelectElement} */ (el('select', { id: 'compare-year' }));
  fillSelect(select, [{ value: '', text: t('nothing') }, ...catalog.release.years.filter((/** @type {number} */ y) => y !== s.year)
    .map((/** @type {number} */ y) => ({ value: String(y), text: String(y) }))], Number.isNaN(s.minus) ? '' : String(s.minus));
  select.addEventListener('change', () => state.set({ minus: Number(select.value || NaN) }));
  return el('p', { className: 'row' }, el('label', { for: 'compare-year' }, t('ask_compare')), select);
}

/** Only where there is another release. @param {import('../state.js').State} s */
function releases(s) {
  if (others().length === 0) return null;
  const select = /** @type {HTMLSelectElement} */ (el('select', { id: 'compare-release' }));
  fillSelect(select, [{ value: '', text: catalog.release.id }, ...others().map((one) => ({ value: one.id, text: one.id }))], than(s));
  select.addEventListener('change', () => state.set({ than: select.value }));
  return el('p', { className: 'row' }, el('label', { for: 'compare-release' }, t('ask_told_by')), select);
}

/** @param {string} code @param {import('../state.js').State} s @param {AbortSignal} signal @returns {Promise<Node[]>} */
async function against(code, s, signal) {
  const { release } = pinned();
  const from = Number.isNaN(s.minus) ? s.year : s.minus;
  const answer = await ask('/v1/compare', {
    ...common(pinned()), district: code, release: than(s) || release, year: from, to_release: release, to_year: s.year, unit: 'kt',
  }, signal).catch((problem) => {
    if (!problem.status || problem.offline) throw problem;
    return { rows: [{ reason: problem.message }] }; // a year that one of the releases lacks is said here, not as a failure of the pane
  });
  const [row] = answer.rows;
  if (typeof row?.difference?.value !== 'number') return [el('p', { className: 'notice' }, t('ask_compare_none', { reason: row?.reason ?? t('nodata') }))];
  const name = (/** @type {any} */ side) => (than(s) ? `${side.year} (${side.release})` : String(side.year));
  return [
    el('p', { className: 'few' }, row.percent === null ? '' : t('ask_changed', { change: change(row.percent / 100), from, to: s.year })),
    table(row, s, [name(answer.sides.a), name(answer.sides.b)]),
    than(s) ? causes(row) : el('p', { className: 'sub' }, t('ask_compare_same')),
  ];
}

/** @param {any} row @param {import('../state.js').State} s @param {string[]} names of the sides */
function table(row, s, names) {
  const scale = massScale(Math.max(Math.abs(row.a.value), Math.abs(row.b.value)));
  const line = (/** @type {string} */ name, /** @type {any} */ its, /** @type {string} */ sign) => el('tr', {},
    el('th', { scope: 'row' }, name), el('td', {}, its.value > 0 ? sign : '', number(its.value * scale.factor), el('span', { className: 'interval' }, span(its, scale.factor))));
  return el('table', { className: 'numbers' }, el('caption', {}, t('ask_value_interval', { unit: `${scale.unit} ${gasText(s)}` })), el('tbody', {},
    line(names[0], row.a, ''), line(names[1], row.b, ''), line(t('ask_difference'), row.difference, '+'),
    ...(row.real_change ? [line(t('ask_real_change'), row.real_change, '+'), line(t('ask_recalculation'), row.recalculation, '+')] : [])));
}

/** Why a newer release tells it otherwise. @param {any} row */
function causes(row) {
  const list = row.recalculation_by ?? [];
  const scale = massScale(Math.max(0, ...list.map((/** @type {any} */ one) => Math.abs(one.value))));
  return el('div', {}, row.split_reason ? el('p', { className: 'sub' }, row.split_reason) : null, ...list.map((/** @type {any} */ one) =>
    el('p', { className: 'sub' }, `${t(`ask_cause_${one.cause}`)}: ${one.value > 0 ? '+' : ''}${number(one.value * scale.factor)} ${scale.unit}`)));
}
