// @ts-check
/** The place that was clicked: its cell with the sectors, the districts around it, and the sources near it. */
import { meter, span, status } from '../ask/answer.js';
import { gasText } from '../catalog.js';
import { el, named } from '../dom.js';
import { interval, mass, massScale, number } from '../format.js';
import { t } from '../i18n.js';
import * as found from '../map/found.js';
import { inWords } from '../place.js';
import * as state from '../state.js';
import { announce } from '../status.js';
import { choose } from './area.js';

/** @param {import('../place.js').Spot} spot @param {import('../state.js').State} s @returns {Node} */
export function draw(spot, s) {
  const { answer, lat, lon } = spot;
  const said = meaning(spot);
  announce([inWords(lon, lat), said ?? total(spot, s)].join(': '));
  return el('section', { className: 'here', id: 'here' },
    el('h3', {}, t('at_point')),
    el('p', { className: 'sub' }, inWords(lon, lat)),
    districts(answer.districts),
    said ? el('div', { className: 'notice' }, el('p', {}, said)) : headline(spot, s),
    spot.before ? el('p', { className: 'sub', id: 'here-before' }, then(spot.before, s)) : null,
    spot.unallocated > 0 ? el('p', { className: 'sub' }, t('ask_unallocated', { value: mass(spot.unallocated / 1e3) })) : null,
    answer.rows.some((/** @type {any} */ r) => r.value) ? sectors(answer) : null,
    sources(answer.sources),
    el('p', { className: 'row' },
      el('button', { type: 'button', className: 'button', id: 'here-zoom', onclick: () => found.goTo({ type: 'Point', coordinates: [lon, lat] }, 12) }, t('ask_zoom')),
      el('button', { type: 'button', className: 'button', id: 'here-clear', onclick: () => state.set({ at: '' }) }, t('ask_forget'))));
}

/** Outside, nothing known, and nothing emitted are three things. @param {import('../place.js').Spot} spot @returns {string | null} null when there is a number */
export function meaning({ answer, whole }) {
  if (!answer.cell) return t(answer.districts.length ? 'ask_here_none' : 'ask_here_outside');
  const values = answer.rows.map((/** @type {any} */ row) => row.value);
  if (values.every((/** @type {any} */ value) => value === null || value === undefined)) return t('ask_here_none');
  return values.every((/** @type {any} */ value) => !value) && !whole?.rows[0]?.value ? t('ask_here_zero') : null;
}

/** @param {any[]} list from the country down */
function districts(list) {
  if (list.length === 0) return null;
  return el('p', { className: 'crumbs' }, ...list.flatMap((one, i) => [i ? ' › ' : '', one.level > 0
    ? el('button', { type: 'button', className: 'link', onclick: () => choose(one.code) }, named(one.name)) : named(one.name)]));
}

/** @param {import('../place.js').Spot} spot @returns {any} value, lo, hi in kt and status: of all that is in the cell */
function sum({ answer, whole }) {
  const row = whole?.rows.length === 1 ? whole.rows[0] : null;
  const value = row?.value ?? answer.rows.reduce((/** @type {number} */ all, /** @type {any} */ r) => all + (r.value ?? 0), 0);
  const kt = (/** @type {any} */ t_) => (typeof t_ === 'number' ? t_ / 1e3 : null);
  return { value: value / 1e3, lo: kt(row?.lo), hi: kt(row?.hi), status: row?.status ?? answer.rows[0]?.status };
}

/** @param {import('../place.js').Spot} spot @param {import('../state.js').State} s */
function total(spot, s) {
  const row = sum(spot);
  return `${mass(row.value)} ${gasText(s)}, ${interval(row, massScale(row.value))}`;
}

/** @param {import('../place.js').Spot} spot @param {import('../state.js').State} s */
function headline(spot, s) {
  const row = sum(spot);
  const scale = massScale(row.value);
  const { area, rows } = spot.whole ?? {};
  const points = rows?.length === 1 && area?.points ? t('ask_of_points', { value: mass(area.points / 1e3) }) : null;
  return el('div', {}, el('p', { className: 'headline small' }, el('strong', {}, number(row.value * scale.factor)), ` ${scale.unit} ${gasText(s)}`,
    el('span', { className: 'interval' }, interval(row, scale), ' · ', status(row.status))),
  el('p', { className: 'sub' }, t('cell', { area: number(spot.answer.cell.area_km2) }), points ? `. ${points}` : ''));
}

/** The same cell in the year that is compared with. @param {any} row in tonnes @param {import('../state.js').State} s */
function then(row, s) {
  if (row.value === null) return t('ask_then', { year: s.minus, value: t('nodata') });
  const kt_ = (/** @type {any} */ t_) => (typeof t_ === 'number' ? t_ / 1e3 : null);
  const kt = { value: row.value / 1e3, lo: kt_(row.lo), hi: kt_(row.hi) };
  return t('ask_then', { year: s.minus, value: `${mass(kt.value)}, ${interval(kt, massScale(kt.value))}` });
}

/** @param {any} answer */
function sectors(answer) {
  const rows = answer.rows.filter((/** @type {any} */ r) => r.value)
    .sort((/** @type {any} */ a, /** @type {any} */ b) => Math.abs(b.value) - Math.abs(a.value));
  const most = Math.max(1e-12, ...rows.map((/** @type {any} */ row) => Math.abs(row.value)));
  return el('table', { className: 'bars sectors' },
    el('caption', {}, t('by_sector')),
    el('thead', {}, el('tr', {}, el('th', { scope: 'col' }, t('sector')), el('th', { scope: 'col' }, t('ask_value_interval', { unit: t('unit_t') })))),
    el('tbody', {}, ...rows.map((/** @type {any} */ row) => el('tr', {}, el('th', { scope: 'row' }, row.name, meter(row.value / most)),
      el('td', {}, number(row.value), el('span', { className: 'interval' }, span(row, 1)), el('span', { className: 'interval' }, status(row.status)))))));
}

/** @param {any[]} list */
function sources(list) {
  if (list.length === 0) return null;
  return el('div', {}, el('h4', {}, t('sources_near')), el('ul', { className: 'sources' }, ...list.map((source) =>
    el('li', {}, source.name, source.capacity ? ` · ${number(source.capacity)} ${source.capacity_unit}` : ''))));
}
