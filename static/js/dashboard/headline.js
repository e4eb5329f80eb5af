// @ts-check
/** The figures that matter most, each with its interval and what has become of it. */
import { catalog } from '../catalog.js';
import { shareByYear } from '../charts/figures/gases.js';
import * as questions from '../charts/figures/questions.js';
import { massText, range, scaleFor, weighted } from '../charts/units.js';
import { el } from '../dom.js';
import { change, number, percent, points } from '../format.js';
import { t } from '../i18n.js';

/** @typedef {{kind: 'up' | 'down' | 'same' | 'unknown', text: string}} Trend */

/** @returns {Node[]} as many as there will be */
export function empty() {
  return Array.from({ length: 6 }, () => el('div', { className: 'tile skeleton', 'aria-hidden': 'true' }, el('span', { className: 'line' }), el('span', { className: 'title' }), el('span', { className: 'line' })));
}

/** @param {questions.State} s @returns {number[]} the first year and the one before, without doubles */
export function earlier(s) {
  const before = catalog.release.years.filter((/** @type {number} */ year) => year < s.year);
  return [...new Set([before[0], before.at(-1)])].filter((year) => year !== undefined);
}

/** @param {questions.State} s @param {questions.Ask} ask @param {import('./areas.js').Area} area @returns {Promise<HTMLElement[]>} */
export async function load(s, ask, area) {
  const trendsOf = (/** @type {string} */ flow, /** @type {string} */ per = '') => Promise.all(earlier(s).map(async (year) => {
    const [path, params] = questions.since(s, year, flow);
    return trend((await ask([path, { ...params, per }])).rows?.[0], year, per);
  }));
  const [flows, net, its, gases, up, down, both, head] = await Promise.all([
    ask(questions.flowsByYear(s)), ask(questions.netByYear(s)), ask(questions.indicators(s)), ask(questions.gasesByYear(s)),
    trendsOf('emission'), trendsOf('removal'), trendsOf('net'), trendsOf('emission', 'capita'),
  ]);
  const of = (/** @type {any[]} */ rows, /** @type {string} */ flow = '') => rows.find((row) => row.year === s.year && (!flow || row.flow === flow));
  const mine = its.rows?.find((/** @type {any} */ row) => row.district === area.district) ?? {};
  const part = area.level > 0 && typeof mine.share_of_country === 'number' ? t('dash_of_country', { share: percent(mine.share_of_country) }) : '';
  return [
    massTile('emissions', of(flows.rows, 'emission'), up, s, part),
    massTile('removals', of(flows.rows, 'removal'), down, s),
    massTile('net', of(net.rows), both, s),
    ratioTile('per_head', mine.per_capita, mine.per_capita_lo, mine.per_capita_hi, s, head),
    ratioTile('per_km2', mine.per_km2, mine.per_km2_lo, mine.per_km2_hi, s, up), // ground does not change: its trend is that of the emissions
    methaneTile(gases.rows, s),
  ];
}

/**
 * What has become of a figure, in a sign, a number and a word. Within the 95 % interval of the difference it is neither up nor down.
 * @param {any} row of /v1/compare @param {number} year @param {string} [per] @returns {Trend}
 */
export function trend(row, year, per) {
  const { value, lo, hi } = row?.difference ?? {};
  if (typeof value !== 'number') return { kind: 'unknown', text: t('dash_trend_unknown', { year }) };
  const kind = typeof lo === 'number' && typeof hi === 'number' && lo <= 0 && hi >= 0 ? 'same' : value > 0 ? 'up' : value < 0 ? 'down' : 'same';
  const amount = per ? '' : `${value > 0 ? '+' : value < 0 ? '−' : ''}${massText(Math.abs(value))}`;
  const shown = typeof row.percent === 'number' ? change(row.percent / 100) : amount;
  return { kind, text: t(`dash_trend_${kind}`, { change: shown, year }) };
}

const SIGNS = { up: '▲', down: '▼', same: '≈', unknown: '·' };

/** @param {string} id @param {string} label @param {string} value @param {string} unit @param {string} interval @param {Trend[]} trends @param {string} [more] */
function tile(id, label, value, unit, interval, trends, more) {
  return el('div', { className: 'tile', role: 'listitem', 'data-tile': id },
    el('h3', {}, label),
    el('p', { className: 'tile-value' }, el('strong', {}, value), ' ', unit ? el('span', {}, unit) : null),
    interval ? el('p', { className: 'tile-range' }, interval) : null,
    more ? el('p', { className: 'tile-more' }, more) : null,
    trends.length ? el('ul', { className: 'trends' }, ...trends.map((each) => el('li', { className: `trend-${each.kind}` },
      el('span', { className: 'sign', 'aria-hidden': 'true' }, SIGNS[each.kind]), each.text))) : null);
}

/** @param {string} id @param {any} row in kt @param {Trend[]} trends @param {questions.State} s @param {string} [more] */
function massTile(id, row, trends, s, more) {
  if (typeof row?.value !== 'number') return tile(id, t(id), t('dash_missing'), '', t('dash_nothing'), []);
  const scale = scaleFor([row.value]);
  return tile(id, t(id), number(row.value * scale.factor), `${scale.unit} ${weighted(s)}`, range(row, scale.factor), trends, more);
}

/** @param {string} id @param {number | null | undefined} value tonnes @param {number | null} lo @param {number | null} hi @param {questions.State} s @param {Trend[]} trends */
function ratioTile(id, value, lo, hi, s, trends) {
  const label = t(`dash_${id}`);
  if (typeof value !== 'number') return tile(id, label, t('dash_missing'), '', t(id === 'per_head' ? 'dash_no_population' : 'dash_nothing'), []);
  return tile(id, label, number(value), `${t('unit_t')} ${weighted(s)}`, range({ lo, hi }, 1), trends);
}

/** @param {any[]} rows by year and gas, weighted @param {questions.State} s */
function methaneTile(rows, s) {
  const found = shareByYear(rows, 'CH4');
  const now = found.find((year) => year.year === s.year);
  const trends = earlier(s).map((year) => {
    const then = found.find((each) => each.year === year)?.share;
    if (typeof then !== 'number' || typeof now?.share !== 'number') return { kind: /** @type {const} */ ('unknown'), text: t('dash_trend_unknown', { year }) };
    const by = now.share - then;
    const kind = /** @type {'up' | 'down' | 'same'} */ (by > 0.0005 ? 'up' : by < -0.0005 ? 'down' : 'same');
    return { kind, text: t('dash_trend_points', { change: points(by), year }) };
  });
  return tile('methane', t('dash_methane_tile'), typeof now?.share === 'number' ? percent(now.share) : t('dash_missing'), '', t('dash_methane_unit', { gwp: s.gwp }), trends);
}
