// @ts-check
/** What an area emits: sentences, a total with its interval, the years, the sectors, and where the mass comes from. */
import { ask, askBlob, common } from '../api.js';
import { catalog, gasText, pinned, sectorName } from '../catalog.js';
import { line } from '../charts/small.js';
import { el, svg } from '../dom.js';
import { interval, mass, massScale, number, percent } from '../format.js';
import { t } from '../i18n.js';
import { attempt } from '../status.js';
import { save } from './work.js';

/** @typedef {{now: any, total: any, detail: any, summary: any}} Answers
 *  of /v1/emissions for the shown year, by year, by year and sector, and of /v1/summary */

/** @returns {any} the parameters of the whole answer: every year and sector */
export function whole() {
  const { years } = catalog.release;
  const span = years.length > 1 ? `${years[0]}..${years.at(-1)}` : years[0];
  return { ...common(pinned()), year: span, groupby: 'year,sector', unit: 'kt' };
}

/** @param {any} geometry @param {AbortSignal} signal @returns {Promise<any>[]} in the order of Answers */
export function questions(geometry, signal) {
  return [
    ask('/v1/emissions', { ...common(pinned()), unit: 'kt' }, signal, geometry),
    ask('/v1/emissions', { ...whole(), groupby: 'year' }, signal, geometry),
    ask('/v1/emissions', whole(), signal, geometry),
    ask('/v1/summary', common(pinned()), signal, geometry),
  ];
}

/** @param {Answers} answers @returns {any} of the shown year */
function rowOf(answers) {
  return answers.now.rows[0] ?? { value: null, status: 'no-data' };
}

/** @param {any} row lo, hi @param {number} factor @returns {string} the interval where its heading says that it is of 95 % */
export function span(row, factor) {
  return typeof row.lo === 'number' && typeof row.hi === 'number' ? `${number(row.lo * factor)} – ${number(row.hi * factor)}` : t('no_interval');
}

/** One sentence to be heard. @param {Answers} answers @param {import('../state.js').State} s */
export function said(answers, s) {
  const row = rowOf(answers);
  const area = number(answers.now.area.area_km2);
  if (row.value === null) return t('ask_said_none', { area });
  return t('ask_said', { area, year: s.year, value: `${mass(row.value)} ${gasText(s)}`, interval: interval(row, massScale(row.value)) });
}

/** @param {Answers} answers @param {any} geometry @param {import('../state.js').State} s @returns {Node[]} */
export function draw(answers, geometry, s) {
  const row = rowOf(answers);
  const chart = el('div', { className: 'series' });
  const show = (/** @type {string} */ sector) => series(chart, answers, sector, s);
  show('');
  return [
    headline(row, s),
    meaning(row, answers.now.area),
    el('div', { className: 'words' }, ...answers.summary.sentences.map((/** @type {string} */ sentence) => el('p', {}, sentence))),
    facts(answers.now.area, row),
    chart,
    ...(row.value === null ? [] : [sectorTable(answers, s, show)]),
    downloads(geometry),
  ].filter((node) => node !== null);
}

/** @param {any} row @param {import('../state.js').State} s */
function headline(row, s) {
  if (row.value === null) return el('p', { className: 'headline' }, el('strong', {}, t('nodata')));
  const scale = massScale(row.value);
  return el('p', { className: 'headline' }, el('strong', {}, number(row.value * scale.factor)), ` ${scale.unit} ${gasText(s)}`,
    el('span', { className: 'interval' }, interval(row, scale), ' · ', status(row.status)));
}

/** @param {string} code @returns {string} how the number was got */
export function status(code) {
  const key = `ask_status_${String(code).replace(/[^a-z]/g, '_')}`;
  const word = t(key);
  return word === key ? code : word;
}

/** No data, zero and without a place are three things. @param {any} row @param {any} area */
function meaning(row, area) {
  const lines = [];
  if (row.value === null) lines.push(t('ask_none'));
  else if (row.value === 0) lines.push(t('ask_zero'));
  if (area.unallocated > 0) lines.push(t('ask_unallocated', { value: mass(area.unallocated) }));
  return lines.length ? el('div', { className: 'notice' }, ...lines.map((text) => el('p', {}, text))) : null;
}

/** Its ground, and where its mass comes from. @param {any} area @param {any} row */
function facts(area, row) {
  const items = [[t('area'), `${number(area.area_km2)} ${t('unit_km2')}`]];
  if (row.value !== null) {
    if (area.area_km2) items.push([t('per_km2'), `${number((row.value * 1e3) / area.area_km2)} ${t('unit_t')}`]);
    items.push([t('ask_from_cells'), mass(area.grid)], [t('ask_from_points'), mass(area.points)]);
    if (typeof area.cut_share === 'number') items.push([t('ask_cut'), percent(area.cut_share)]);
  }
  return el('dl', { className: 'details' }, ...items.flatMap(([k, v]) => [el('dt', {}, k), el('dd', {}, v)]));
}

/** The line over the years, of all or of one sector, and its numbers. @param {HTMLElement} root @param {Answers} answers @param {string} sector @param {import('../state.js').State} s */
function series(root, answers, sector, s) {
  const rows = sector ? answers.detail.rows.filter((/** @type {any} */ row) => row.sector === sector) : answers.total.rows;
  const known = rows.filter((/** @type {any} */ row) => row.value !== null);
  if (known.length === 0) return root.replaceChildren();
  const name = sector ? sectorName(sector) : t('ask_all');
  const { factor, unit } = massScale(Math.max(...known.map((/** @type {any} */ row) => Math.abs(row.value))));
  const head = `${name}, ${unit} ${gasText(s)}`;
  return root.replaceChildren(
    el('figure', {}, el('figcaption', {}, head), known.length > 1 ? line(rows, s.year, head) : null),
    el('details', {}, el('summary', {}, t('ask_years')), el('table', { className: 'numbers' },
      el('thead', {}, el('tr', {}, ...[t('year'), t('value'), t('ask_lo'), t('ask_hi')].map((text) => el('th', { scope: 'col' }, text)))),
      el('tbody', {}, ...rows.map((/** @type {any} */ row) => el('tr', { 'aria-current': row.year === s.year ? 'true' : null },
        el('th', { scope: 'row' }, String(row.year)), ...[row.value, row.lo, row.hi].map((value) =>
          el('td', {}, number(value === null ? null : value * factor)))))))));
}

/** @param {Answers} answers @param {import('../state.js').State} s @param {(sector: string) => void} show */
function sectorTable(answers, s, show) {
  const all = answers.detail.rows.filter((/** @type {any} */ row) => row.year === s.year);
  const rows = all.filter((/** @type {any} */ row) => row.value !== null && row.value !== 0)
    .sort((/** @type {any} */ a, /** @type {any} */ b) => Math.abs(b.value) - Math.abs(a.value));
  const zero = all.filter((/** @type {any} */ row) => row.value === 0).length;
  const none = all.filter((/** @type {any} */ row) => row.value === null).length;
  const most = Math.max(1e-12, ...rows.map((/** @type {any} */ row) => Math.abs(row.value)));
  const { factor, unit } = massScale(most);
  /** @type {HTMLElement[]} */ const buttons = [];
  const choose = (/** @type {string} */ sector, /** @type {HTMLElement} */ button) => {
    const off = button.getAttribute('aria-pressed') === 'true';
    for (const one of buttons) one.setAttribute('aria-pressed', 'false');
    button.setAttribute('aria-pressed', String(!off));
    show(off ? '' : sector);
  };
  return el('div', {}, el('table', { className: 'bars sectors' },
    el('caption', {}, `${t('by_sector')}, ${s.year}`),
    el('thead', {}, el('tr', {}, el('th', { scope: 'col' }, t('sector')), el('th', { scope: 'col' }, t('ask_value_interval', { unit })))),
    el('tbody', {}, ...rows.map((/** @type {any} */ row) => {
      const button = el('button', { type: 'button', className: 'link', 'aria-pressed': 'false' }, sectorName(row.sector));
      button.addEventListener('click', () => choose(row.sector, button));
      buttons.push(button);
      return el('tr', {}, el('th', { scope: 'row' }, button, meter(row.value / most)),
        el('td', {}, number(row.value * factor), el('span', { className: 'interval' }, span(row, factor)), el('span', { className: 'interval' }, status(row.status))));
    }))), zero + none ? el('p', { className: 'sub' }, [zero ? t('ask_sectors_zero', { count: zero }) : '', none ? t('ask_sectors_none', { count: none }) : ''].filter(Boolean).join(' ')) : null);
}

/** @param {number} part of the largest */
export function meter(part) {
  return svg('svg', { class: 'bar', 'aria-hidden': 'true', viewBox: '0 0 100 4', preserveAspectRatio: 'none' },
    svg('rect', { width: Math.abs(part) * 100, height: 4, class: part < 0 ? 'sink' : 'source' }));
}

/** @param {any} geometry */
function downloads(geometry) {
  return el('p', { className: 'row' },
    el('button', { type: 'button', className: 'button', id: 'ask-csv', onclick: () => attempt(async () =>
      save(await askBlob('/v1/emissions', { ...whole(), format: 'csv' }, undefined, geometry), 'fluxgrid-area.csv')) }, t('download_csv')),
    el('button', { type: 'button', className: 'button', id: 'ask-geojson', onclick: () =>
      save(new Blob([JSON.stringify({ type: 'Feature', properties: {}, geometry })], { type: 'application/geo+json' }), 'area.geojson') }, t('ask_geojson')));
}
