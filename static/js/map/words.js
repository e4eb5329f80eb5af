// @ts-check
/** The map in words and as a table, for who hears it or wants the numbers; made when the map has been drawn. */
import * as areas from '../areas.js';
import { ask, common, link } from '../api.js';
import { gasText, pinned } from '../catalog.js';
import { byId, el, named } from '../dom.js';
import { massScale, number } from '../format.js';
import * as hover from '../hover.js';
import { t } from '../i18n.js';
import * as state from '../state.js';
import { announce } from '../status.js';
import { isPerYears, load, titleOf } from './values.js';
import * as years from './years.js';

let asked = '';

/** @param {import('../state.js').State} s @param {AbortSignal} signal */
export async function paint(s, signal) {
  if (s.district && !areas.get(s.district)) return; // no such area: the panel says so
  const question = { ...common(s), district: s.district || undefined };
  const address = link('/v1/summary', question);
  if (address !== asked && !years.isPlaying()) {
    const first = asked === '';
    const summary = await ask('/v1/summary', question, signal);
    if (signal.aborted || s.district !== state.get().district) return;
    asked = address;
    byId('summary').replaceChildren(...summary.sentences.map((/** @type {string} */ line) => el('p', {}, line)));
    if (!first) announce(`${t('map_shows', { what: what(s) })} ${summary.sentences[0]}`);
  }
  if (byId('more-words').open) await table(s);
}

/** @param {import('../state.js').State} s @returns {string} */
function what(s) {
  return s.show === 'districts' ? titleOf(s) : t(s.show === 'none' ? 'show_none' : 'show_density');
}

/** @param {import('../state.js').State} s */
function caption(s) {
  if (s.show !== 'districts') return `${t(s.flow)}, ${s.year}`;
  return isPerYears(s) ? titleOf(s) : `${titleOf(s)}, ${s.year}`;
}

/** The table's twin of the map: each row lights its area. @param {import('../state.js').State} s */
async function table(s) {
  const { rows, unit, factor } = s.show === 'districts' ? await load(s) : masses(s);
  const lines = [...rows.values()].sort((a, b) => (b.value ?? -Infinity) - (a.value ?? -Infinity));
  byId('map-table').replaceChildren(
    el('caption', {}, caption(s)),
    el('thead', {}, el('tr', {}, el('th', { scope: 'col' }, t('name')), el('th', { scope: 'col' }, unit))),
    el('tbody', {}, ...lines.map((row) => hover.bind(el('tr', { title: row.reason, 'data-code': row.code },
      el('th', { scope: 'row' }, el('button', { type: 'button', className: 'link', onclick: () => state.set({ district: row.code }) }, named(row.name))),
      el('td', {}, number(row.value === null ? null : row.value * factor))), { kind: 'district', id: row.code }))));
  byId('map-csv').href = link(s.show === 'districts' ? '/v1/indicators' : '/v1/districts',
    { ...common(pinned()), level: s.show === 'districts' ? s.level : 1, format: 'csv' });
}

/** Regions and their masses, when no areas are coloured. @param {import('../state.js').State} s */
function masses(s) {
  const regions = areas.all().filter((row) => row.level === 1);
  const { factor, unit } = massScale(Math.max(0, ...regions.map((row) => Math.abs(row.value ?? 0))));
  return {
    unit: `${unit} ${gasText(s)}`, factor,
    rows: new Map(regions.map((row) => [row.district, { code: row.district, name: row.name, value: row.value, reason: '' }])),
  };
}
