// @ts-check
/** The facts panel: the country, one area, or the place that was clicked. */
import { ask, common, link } from './api.js';
import { bars, line } from './chart.js';
import { el } from './dom.js';
import { number, percent, t } from './i18n.js';

/**
 * @typedef {{unit: string, value: number | null, lo: number | null, hi: number | null}} Figure
 * @typedef {{country: any, release: any, parts: (code: string) => any[], choose: (code: string) => void,
 *   gasText: string}} Context parts: the shown values of an area's parts
 */

/** Mt above 1000 kt, kt above 1, else t. @param {number} kt */
function scale(kt) {
  const size = Math.abs(kt);
  if (size >= 1000) return { factor: 1e-3, unit: 'Mt' };
  if (size >= 1) return { factor: 1, unit: 'kt' };
  return { factor: 1e3, unit: 't' };
}

/** @param {any} row value, lo, hi in kt @param {Context} context */
function headline(row, context) {
  const { factor, unit } = scale(row.value ?? 0);
  const interval = row.lo === null || row.lo === undefined ? t('no_interval')
    : t('interval', { lo: number(row.lo * factor), hi: number(row.hi * factor) });
  return el('p', { className: 'headline' },
    el('strong', {}, number(row.value === null ? null : row.value * factor)),
    ` ${unit} ${context.gasText}`,
    el('span', { className: 'interval' }, interval));
}

/** @param {any} area @param {any} row @param {import('./state.js').State} s @param {Context} context */
function details(area, row, s, context) {
  const items = [];
  if (area.area_km2 && row.value !== null) {
    items.push([t('per_km2'), `${number((row.value * 1e3) / area.area_km2)} t`]);
  }
  if (area.population) {
    items.push([t('per_head'), `${number((row.value * 1e3) / area.population)} t`]);
    items.push([t('population'), number(area.population)]);
  }
  if (area.area_km2) items.push([t('area'), `${number(area.area_km2)} km²`]);
  const total = context.country?.value;
  if (area.level > 0 && total && s.flow !== 'net') {
    items.unshift([t('share_of', { name: context.country.name }), percent(row.value / total)]);
  }
  return el('dl', { className: 'details' }, ...items.flatMap(([k, v]) => [el('dt', {}, k), el('dd', {}, v)]));
}

/**
 * One area: its figure, trend, sectors and parts.
 * @param {import('./state.js').State} s @param {Context} context @param {AbortSignal} signal
 */
export async function area(s, context, signal) {
  const code = s.district || context.country?.district || '';
  const asked = common(s);
  const one = await ask(`/v1/districts/${encodeURIComponent(code)}`, asked, signal);
  const parts = context.parts(code);
  const now = one.years.find((/** @type {any} */ y) => y.year === s.year) ?? { value: null };
  const place = one.district;
  const { factor, unit } = scale(Math.max(...parts.map((/** @type {any} */ r) => Math.abs(r.value ?? 0)), 0));
  const bySector = one.sectors.filter((/** @type {any} */ r) => r.value !== 0);
  const sectorScale = scale(Math.max(...bySector.map((/** @type {any} */ r) => Math.abs(r.value ?? 0)), 0));
  const span = { from: one.years[0]?.year, to: one.years.at(-1)?.year };
  const ranked = [...parts].sort((a, b) => (b.value ?? 0) - (a.value ?? 0));
  return [
    upLink(place, context),
    el('h2', { id: 'facts-title' }, place.name),
    el('p', { className: 'sub' }, `${t(s.flow)} · ${s.year}`),
    headline(now, context),
    details(place, now, s, context),
    figure(line(one.years, s.year, t('trend', span)), t('trend', span)),
    bars(mergeByName(bySector).map((r) => ({ name: r.name, value: r.value * sectorScale.factor })),
      t('by_sector'), sectorScale.unit, [t('sector'), t('value')]),
    ranked.length ? bars(ranked.map((r) => ({
      name: r.name, value: r.value === null ? null : r.value * factor, go: () => context.choose(r.district),
    })), t('districts_of', { name: place.name }), unit, [t('name'), t('value')]) : null,
    el('p', { className: 'more' }, el('a', {
      href: link('/v1/districts', { ...asked, parent: code, limit: 1000, format: 'csv' }), download: true,
    }, t('download_csv'))),
  ];
}

/** Gases of one sector are one row here. @param {any[]} rows */
function mergeByName(rows) {
  /** @type {Map<string, {name: string, value: number}>} */
  const sums = new Map();
  for (const row of rows) {
    const known = sums.get(row.sector) ?? { name: row.name, value: 0 };
    known.value += row.value ?? 0;
    sums.set(row.sector, known);
  }
  return [...sums.values()].sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
}

/** @param {Element} picture @param {string} caption */
function figure(picture, caption) {
  return el('figure', {}, el('figcaption', {}, caption), picture);
}

/** @param {any} place @param {Context} context */
function upLink(place, context) {
  if (!place.parent) return null;
  return el('button', { type: 'button', className: 'link up', onclick: () => context.choose(place.parent) },
    t('back', { name: place.parent_name ?? context.country?.name ?? place.parent }));
}

/**
 * The cell under a click.
 * @param {number} lon @param {number} lat @param {import('./state.js').State} s
 * @param {Context} context @param {AbortSignal} signal
 * @returns {Promise<{nodes: (Node | null)[], bbox: number[] | null}>}
 */
export async function place(lon, lat, s, context, signal) {
  const answer = await ask('/v1/at', { ...common(s), lon: lon.toFixed(6), lat: lat.toFixed(6), unit: 't' }, signal);
  const rows = mergeByName(answer.rows.filter((/** @type {any} */ r) => r.value));
  const names = answer.districts.map((/** @type {any} */ d) => d.name).reverse().join(', ');
  const nodes = [
    el('section', { className: 'here' },
      el('h3', {}, t('at_point')),
      el('p', { className: 'sub' }, `${lat.toFixed(3)}° N, ${lon.toFixed(3)}° E${names ? ` · ${names}` : ''}`),
      answer.cell && rows.length
        ? bars(rows, t('cell', { area: number(answer.cell.area_km2) }), `t ${context.gasText}`, [t('sector'), t('value')])
        : el('p', {}, t('no_data_here')),
      answer.sources.length ? el('h4', {}, t('sources_near')) : null,
      answer.sources.length ? el('ul', { className: 'sources' }, ...answer.sources.map((/** @type {any} */ source) =>
        el('li', {}, source.name, source.capacity ? ` · ${number(source.capacity)} ${source.capacity_unit}` : ''))) : null),
  ];
  return { nodes, bbox: answer.cell?.bbox ?? null };
}
