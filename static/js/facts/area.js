// @ts-check
/** One area in figures: its total with interval, trend, sectors and parts. */
import * as areas from '../areas.js';
import { ask, common, link } from '../api.js';
import { catalog, gasText, pinned } from '../catalog.js';
import { bars, line } from '../charts/small.js';
import { el, named } from '../dom.js';
import { interval, massScale, number, percent } from '../format.js';
import * as hover from '../hover.js';
import { t } from '../i18n.js';
import * as state from '../state.js';
import * as compare from './compare.js';

/** @param {string} code of an area; the country's is no district of the address */
export function choose(code) {
  state.set({ district: code === areas.country()?.district ? '' : code });
}

/** @param {import('../state.js').State} s @param {AbortSignal} signal @returns {Promise<Node[]>} */
export async function draw(s, signal) {
  const code = s.district || areas.country()?.district || '';
  if (s.district && !areas.get(code)) return lost(code);
  const asked = common(pinned());
  const [one, against] = await Promise.all([
    ask(`/v1/districts/${encodeURIComponent(code)}`, asked, signal), compare.draw(code, s, signal),
  ]);
  const now = one.years.find((/** @type {any} */ y) => y.year === s.year) ?? { value: null };
  const span = { from: one.years[0]?.year, to: one.years.at(-1)?.year };
  return [
    upLink(one.district),
    el('h2', { id: 'facts-title' }, named(one.district.name)),
    el('p', { className: 'sub' }, `${t(s.flow)} · ${s.year}`),
    headline(now, s),
    details(one.district, now, s),
    el('figure', {}, el('figcaption', {}, t('trend', span)), line(one.years, s.year, t('trend', span))),
    against,
    sectors(one.sectors),
    partsTable(one.district),
    el('p', { className: 'more' }, el('a', {
      href: link('/v1/districts', { ...asked, parent: code, limit: 1000, format: 'csv' }), download: true,
    }, t('download_csv'))),
  ].filter((node) => node !== null);
}

/** The address names what the release does not have. @param {string} code @returns {Node[]} */
function lost(code) {
  return [el('div', { className: 'notice', role: 'alert' }, el('p', {}, t('dash_no_area', { code })),
    el('button', { type: 'button', className: 'button', onclick: () => choose('') }, areas.country()?.name ?? t('again')))];
}

/** @param {any} row value, lo, hi in kt @param {import('../state.js').State} s */
function headline(row, s) {
  const scale = massScale(row.value ?? 0);
  return el('p', { className: 'headline' },
    el('strong', {}, number(row.value === null ? null : row.value * scale.factor)),
    ` ${scale.unit} ${gasText(s)}`,
    el('span', { className: 'interval' }, interval(row, scale)));
}

/** @param {any} area @param {any} row @param {import('../state.js').State} s */
function details(area, row, s) {
  const items = [];
  const total = areas.country()?.value;
  if (area.level > 0 && total && s.flow !== 'net' && row.value !== null) {
    items.push([t('share_of', { name: areas.country().name }), percent(row.value / total)]);
  }
  if (area.area_km2 && row.value !== null) items.push([t('per_km2'), `${number((row.value * 1e3) / area.area_km2)} ${t('unit_t')}`]);
  if (area.population) {
    if (row.value !== null) items.push([t('per_head'), `${number((row.value * 1e3) / area.population)} ${t('unit_t')}`]);
    items.push([t('population'), number(area.population)]);
  }
  if (area.area_km2) items.push([t('area'), `${number(area.area_km2)} ${t('unit_km2')}`]);
  return el('dl', { className: 'details' }, ...items.flatMap(([k, v]) => [el('dt', {}, k), el('dd', {}, v)]));
}

/** @param {any[]} rows in kt */
function sectors(rows) {
  const merged = mergeBySector(rows).filter((row) => row.value !== 0);
  const { factor, unit } = massScale(Math.max(0, ...merged.map((row) => Math.abs(row.value))));
  return bars(merged.map((row) => ({ name: row.name, value: row.value * factor })), t('by_sector'), unit, [t('sector'), t('value')]);
}

/** Gases of one sector are one row. @param {any[]} rows @returns {{name: string, value: number}[]} the largest first */
function mergeBySector(rows) {
  /** @type {Map<string, {name: string, value: number}>} */
  const sums = new Map();
  for (const row of rows) {
    const known = sums.get(row.sector) ?? { name: row.name, value: 0 };
    known.value += row.value ?? 0;
    sums.set(row.sector, known);
  }
  return [...sums.values()].sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
}

/** @param {any} area */
function partsTable(area) {
  const rows = areas.parts(area.district).sort((a, b) => (b.value ?? 0) - (a.value ?? 0));
  if (!rows.length) return null;
  const { factor, unit } = massScale(Math.max(0, ...rows.map((row) => Math.abs(row.value ?? 0))));
  return bars(rows.map((row) => ({
    name: row.name, value: row.value === null ? null : row.value * factor, go: () => choose(row.district),
    bind: (/** @type {HTMLElement} */ line_) => hover.bind(line_, { kind: 'district', id: row.district }),
  })), t('districts_of', { name: area.name }), unit, [t('name'), t('value')]);
}

/** @param {any} area */
function upLink(area) {
  if (!area.parent) return null;
  const name = areas.get(area.parent)?.name ?? catalog.release.title;
  return el('button', { type: 'button', className: 'link up', onclick: () => choose(area.parent) }, t('back', { name }));
}
