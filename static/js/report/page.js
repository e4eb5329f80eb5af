// @ts-check
/** The report's page: what it says, in the order in which it is read. */
import * as areas from '../areas.js';
import { gasText, sectorName } from '../catalog.js';
import { chart } from '../charts/chart.js';
import { bars } from '../charts/small.js';
import { el, named } from '../dom.js';
import { change, date, interval, mass, massScale, number, percent } from '../format.js';
import { t } from '../i18n.js';

/** @typedef {import('./data.js').Report} Report */

/** @param {Report} report @param {HTMLCanvasElement} map @returns {HTMLElement} */
export function draw(report, map) {
  return el('article', { className: 'sheet' },
    head(report),
    el('section', { className: 'says' }, ...report.summary.sentences.map((/** @type {string} */ s) => el('p', {}, s))),
    figures(report),
    mapFigure(report, map),
    el('section', { className: 'charts' }, ...report.figures.map((figure) => chart(figure, { still: true }))),
    trend(report),
    sectors(report),
    parts(report),
    about(report));
}

/** @param {Report} report */
function head({ one, state, release }) {
  return el('header', {},
    el('p', { className: 'kicker' }, release.title),
    el('h2', {}, named(one.district.name)),
    el('p', { className: 'sub' }, selection(state)),
    release.warning ? el('p', { className: 'caution' }, release.warning) : null);
}

/** What the numbers are of, in a line. @param {import('../state.js').State} s @param {string} [years] */
function selection(s, years = String(s.year)) {
  return [t(s.flow), gasText(s), s.sector ? sectorName(s.sector) : '', years].filter(Boolean).join(' · ');
}

/** What the map is of: densities may be a difference, the numbers beside it are not. @param {import('../state.js').State} s */
export function mapSelection(s) {
  return Number.isNaN(s.minus) || s.show === 'districts' ? selection(s) : selection(s, t('report_minus', { year: s.year, minus: s.minus }));
}

/** @param {Report} report */
function figures({ one, state }) {
  const now = one.years.find((/** @type {any} */ y) => y.year === state.year) ?? { value: null };
  const first = one.years.find((/** @type {any} */ y) => y.value !== null);
  const { population, area_km2: ground } = one.district;
  const known = typeof now.value === 'number';
  const country = areas.country();
  const items = [
    [t('total'), mass(now.value), interval(now, massScale(now.value ?? 0))],
    first && first.year !== state.year && first.value > 0 && known
      ? [t('report_since', { year: first.year }), change(now.value / first.value - 1), mass(first.value)] : null,
    population && known ? [t('per_head'), `${number((now.value * 1e3) / population)} ${t('unit_t')}`, t('report_people', { count: number(population) })] : null,
    ground && known ? [t('per_km2'), `${number((now.value * 1e3) / ground)} ${t('unit_t')}`, `${number(ground)} ${t('unit_km2')}`] : null,
    one.district.parent && country?.value && known && state.flow !== 'net'
      ? [t('share_of', { name: country.name }), percent(now.value / country.value), mass(country.value)] : null,
  ];
  return el('dl', { className: 'figures' }, ...items.filter((item) => item !== null).map(([name, value, more]) =>
    el('div', {}, el('dt', {}, name), el('dd', {}, el('strong', {}, value), el('small', {}, more)))));
}

/** @param {Report} report @param {HTMLCanvasElement} map */
function mapFigure(report, map) {
  map.setAttribute('role', 'img');
  map.setAttribute('aria-label', `${report.one.district.name}. ${mapSelection(report.state)}. ${report.summary.text}`);
  return el('figure', { className: 'map-figure' }, map,
    el('figcaption', {}, mapCaption(report)));
}

/** @param {Report} report */
function mapCaption({ legend, coloured, state }) {
  const what = [`${legend.title}, ${legend.unit}`, coloured?.level, mapSelection(state), legend.note];
  return what.filter(Boolean).map((text) => `${text}.`).join(' ');
}

/** @param {Report} report */
function trend({ one, state }) {
  const span = { from: one.years[0]?.year, to: one.years.at(-1)?.year };
  const caption = `${t('trend', span)}, ${gasText(state)}`;
  const { factor, unit } = massScale(Math.max(0, ...one.years.map((/** @type {any} */ y) => Math.abs(y.value ?? 0))));
  const cells = (/** @type {string} */ key) => one.years.map((/** @type {any} */ y) =>
    el('td', {}, number(y[key] === null || y[key] === undefined ? null : y[key] * factor)));
  return el('section', { className: 'whole' },
    el('h3', {}, caption),
    el('table', { className: 'years' },
      el('caption', { className: 'visually-hidden' }, `${caption} (${unit})`),
      el('thead', {}, el('tr', {}, el('th', { scope: 'col' }, unit), ...one.years.map((/** @type {any} */ y) => el('th', { scope: 'col' }, String(y.year))))),
      el('tbody', {},
        el('tr', {}, el('th', { scope: 'row' }, t('value')), ...cells('value')),
        el('tr', {}, el('th', { scope: 'row' }, t('report_lo')), ...cells('lo')),
        el('tr', {}, el('th', { scope: 'row' }, t('report_hi')), ...cells('hi')))));
}

/** The summary's own table, as it words it. @param {Report} report */
function sectors({ summary }) {
  const { caption, columns, rows } = summary.table;
  const head_ = (/** @type {any} */ c) => el('th', { scope: 'col' }, c.unit ? `${c.label}, ${c.unit}` : c.label);
  return el('section', {},
    el('h3', {}, caption),
    el('table', { className: 'plain' },
      el('thead', {}, el('tr', {}, ...columns.map(head_))),
      el('tbody', {}, ...rows.map((/** @type {any} */ row) => el('tr', {},
        el('th', { scope: 'row' }, row.name ?? t('total')),
        ...columns.slice(1).map((/** @type {any} */ c) => el('td', {}, row.text?.[c.key] ?? '–')))))));
}

/** @param {Report} report */
function parts({ one, parts: rows, state }) {
  if (!rows.length) return null;
  const { factor, unit } = massScale(Math.max(0, ...rows.map((row) => Math.abs(row.value ?? 0))));
  return el('section', { className: 'whole' }, el('h3', {}, t('districts_of', { name: one.district.name })),
    bars(rows.map((row) => ({ name: row.name, value: row.value === null ? null : row.value * factor })),
      selection(state), unit, [t('name'), t('value')]));
}

/** @param {Report} report */
function about({ release, state, citation, one }) {
  const items = [
    [t('report_method'), release.method],
    [t('gwp'), state.gas === 'co2e' ? state.gwp : null],
    [t('report_interval'), t('report_interval_words')],
    [t('report_release'), `${release.id} (${release.publisher}, ${date(release.published)})`],
    [t('report_provenance'), [...new Set(one.provenance.map((/** @type {any} */ p) => p.dataset))].join('; ')],
    [t('report_licence'), release.licence],
    [t('report_sources'), release.attribution],
    [t('report_cite'), el('span', {}, named(release.citation), ' ', el('a', { href: citation }, citation))],
    [t('report_made'), date(new Date())],
  ];
  return el('section', { className: 'about whole' }, el('h3', {}, t('report_about')),
    el('dl', {}, ...items.filter(([, text]) => text).flatMap(([name, text]) => [el('dt', {}, name), el('dd', {}, typeof text === 'string' ? named(text) : text)])));
}
