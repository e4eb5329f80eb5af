// @ts-check
/** One number for each area of a level: what the choropleth colours, its table lists and its pointer tells. */
import { ask, common } from '../api.js';
import { catalog, gasText } from '../catalog.js';
import { t } from '../i18n.js';
import { massScale } from '../format.js';
import { CHANGE_BREAKS, breaksOf, palette, onDark } from './classes.js';

/** @typedef {import('../state.js').State} State */
/** @typedef {{code: string, name: string, value: number | null, bbox: number[], reason: string}} Row */
/** @typedef {{rows: Map<string, Row>, unit: string, factor: number}} Values masses in t; times factor they are in unit */

/** @type {Map<string, Promise<any[]>>} */
const known = new Map();
/** Answers kept: a play through the years wants each of them again. */
const KEPT = 64;

/** @param {State} s with its release pinned @returns {Promise<any[]>} rows of /v1/indicators */
function indicators(s) {
  const params = { ...common(s), level: s.level };
  const key = JSON.stringify(params);
  let rows = known.get(key);
  if (!rows) {
    rows = ask('/v1/indicators', params).then((answer) => answer.rows);
    rows.catch(() => known.delete(key));
    known.set(key, rows);
    if (known.size > KEPT) known.delete(known.keys().next().value ?? '');
  }
  return rows;
}

/** The year a change is counted from. @param {State} s @returns {number} */
export function baseYear(s) {
  return Number.isNaN(s.minus) ? catalog.release.years[0] : s.minus;
}

/** @param {State} s @returns {boolean} what is coloured is of two years */
export function isPerYears(s) {
  return s.by === 'change';
}

/** @param {State} s @returns {string} what the areas are coloured by, with both years of a change */
export function titleOf(s) {
  return isPerYears(s) ? t('by_change_from', { from: baseYear(s), to: s.year }) : t(`by_${s.by}`);
}

/** @param {State} s @returns {string} as it is chosen: the year that is shown may change */
export function choiceOf(s) {
  return isPerYears(s) ? t('by_change_since', { year: baseYear(s) }) : t(`by_${s.by}`);
}

/** @param {State} s @returns {Promise<Row[]>} in t, t/km², t per head, or a share */
async function rowsOf(s) {
  const rows = await indicators(s);
  const before = s.by === 'change' ? byCode(await indicators({ ...s, year: baseYear(s) })) : null;
  return rows.map((row) => {
    const { value, reason } = before ? change(row, before.get(row.district)) : pick(row, s.by);
    return { code: row.district, name: row.name, value, bbox: row.bbox, reason };
  });
}

/** @param {any} row @param {string} by */
function pick(row, by) {
  const value = by === 'total' ? row.value : row[by];
  return { value: value ?? null, reason: row.reasons?.[by] ?? '' };
}

/** A change is not defined where there was nothing or a net sink. @param {any} now @param {any} before */
function change(now, before) {
  if (now.value === null || !before || !(before.value > 0)) return { value: null, reason: t('no_base') };
  return { value: now.value / before.value - 1, reason: '' };
}

/** @param {any[]} rows */
function byCode(rows) {
  return new Map(rows.map((row) => [row.district, row]));
}

/** @param {State} s @returns {Promise<Values>} */
export async function load(s) {
  const rows = await rowsOf(s);
  const most = Math.max(0, ...rows.map((row) => Math.abs(row.value ?? 0)));
  return { rows: new Map(rows.map((row) => [row.code, row])), ...unitOf(s, most) };
}

/** @param {State} s @param {number} most in t @returns {{unit: string, factor: number}} */
function unitOf(s, most) {
  const gas = gasText(s);
  if (s.by === 'change') return { unit: '%', factor: 100 };
  if (s.by === 'per_km2') return { unit: `${t('unit_t')} ${gas}/${t('unit_km2')}`, factor: 1 };
  if (s.by === 'per_capita') return { unit: t('unit_per_head', { gas }), factor: 1 };
  const { factor, unit } = massScale(most / 1e3);
  return { unit: `${unit} ${gas}`, factor: factor / 1e3 };
}

/**
 * Classes from the last year of the release, kept for all years: a colour means the same
 * whatever the year, and a play through them shows change and not new bounds.
 * @param {State} s @param {boolean} dark the ground is
 * @returns {Promise<{breaks: number[], colours: string[], unit: string, factor: number, from: number}>} breaks in t
 */
export async function classesOf(s, dark) {
  const from = catalog.release.years.at(-1);
  if (s.by === 'change') {
    return { breaks: CHANGE_BREAKS, colours: coloursOf(CHANGE_BREAKS.length + 1, 'change', dark), ...unitOf(s, 0), from: NaN };
  }
  const rows = await rowsOf({ ...s, year: from });
  const values = rows.map((row) => row.value).filter((v) => v !== null);
  const unit = unitOf(s, Math.max(0, ...values.map((v) => Math.abs(/** @type {number} */ (v)))));
  const { breaks, kind } = breaksOf(values.map((v) => /** @type {number} */ (v) * unit.factor));
  return {
    breaks: breaks.map((b) => b / unit.factor),
    colours: coloursOf(breaks.length + 1, kind === 'diverging' ? 'net' : 'sequential', dark),
    ...unit, from,
  };
}

/** @param {number} count @param {'sequential' | 'change' | 'net'} kind @param {boolean} dark */
function coloursOf(count, kind, dark) {
  if (kind === 'sequential') return palette(count, kind, dark);
  return dark ? onDark(palette(count, kind), true) : palette(count, kind);
}
