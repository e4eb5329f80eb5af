// @ts-check
/** The panel's tab `rank`: the fewest cells, sources or districts that hold most, as a table and on the map. */
import * as areas from '../areas.js';
import { ask, askBlob, common, link } from '../api.js';
import { resolve } from '../ask/area.js';
import { failed, save, together } from '../ask/work.js';
import { gasText, pinned } from '../catalog.js';
import { el } from '../dom.js';
import { massScale, mass, number, percent } from '../format.js';
import { t } from '../i18n.js';
import * as found from '../map/found.js';
import * as state from '../state.js';
import { announce, attempt } from '../status.js';
import { geometryOf, idOf, nameOf } from './things.js';
import * as table from './table.js';
import * as words from './words.js';

/** The server lists no more (docs/api.md, hot spots). */
const MOST = 1000;

let going = new AbortController();
let built = '';
let painted = '';
/** @type {{answer: any, shapes: Map<string, any>} | null} */
let last = null;
/** @type {HTMLElement} */ let controls;
/** @type {HTMLElement} */ let result;

/** @param {HTMLElement} root @param {import('../state.js').State} now */
export async function paint(root, now) {
  if (built !== now.lang) build(root, now.lang);
  show(now);
  const key = JSON.stringify(['area', 'district', 'rank', 'share', 'ranklevel', ...state.SELECTION].map((name) => /** @type {any} */ (now)[name]));
  if (key === painted && last) return drawTable(now);
  if (key === painted) return undefined;
  painted = key;
  return load(now);
}

export function leave() {
  going.abort();
  found.highlight([]);
  painted = '';
}

/** @param {HTMLElement} root @param {string} lang */
function build(root, lang) {
  built = lang;
  painted = '';
  result = el('div', { className: 'result', id: 'rank-result' });
  controls = el('div', { className: 'choices' },
    el('fieldset', { className: 'segmented' }, el('legend', {}, t('rank_of')), ...['cell', 'source', 'district'].map((kind) =>
      el('label', {}, radio(kind), el('span', {}, t(`rank_by_${kind}`))))),
    el('div', { className: 'fields' },
      el('label', { for: 'rank-level', className: 'level' }, t('rank_level')), level(),
      el('label', { for: 'rank-share' }, t('rank_until')), el('span', { className: 'sliding' }, slider(), el('output', { for: 'rank-share', id: 'rank-share-shown' }))),
    el('p', { className: 'sub', id: 'rank-within' }));
  root.replaceChildren(el('h2', {}, t('rank_title')), controls, result);
}

/** @param {string} kind */
function radio(kind) {
  return el('input', { type: 'radio', name: 'rank', value: kind, onchange: () => state.set({ rank: kind, sort: '' }) });
}

function level() {
  const select = /** @type {HTMLSelectElement} */ (el('select', { id: 'rank-level', className: 'level' },
    el('option', { value: '2' }, t('rank_level_2')), el('option', { value: '1' }, t('rank_level_1'))));
  select.addEventListener('change', () => state.set({ ranklevel: select.value }));
  return select;
}

/** @type {number | undefined} */
let resting;

/** The number follows the thumb at once; it is asked, and is a step in the history, when the thumb rests. */
function slider() {
  const input = /** @type {HTMLInputElement} */ (el('input', { type: 'range', id: 'rank-share', min: 5, max: 99, step: 1 }));
  input.addEventListener('input', () => {
    shown('rank-share-shown').textContent = percent(Number(input.value) / 100);
    window.clearTimeout(resting);
    resting = window.setTimeout(() => state.set({ share: Number(input.value) }), 300);
  });
  return input;
}

/** @param {string} id @returns {any} */
function shown(id) {
  return controls.querySelector(`#${id}`);
}

/** Whether the drawn area bounds the ranking: districts are never cut. @param {import('../state.js').State} s */
const inArea = (s) => s.area !== '' && s.rank !== 'district';

/** @param {import('../state.js').State} s */
function show(s) {
  for (const input of controls.querySelectorAll('input[name=rank]')) {
    /** @type {HTMLInputElement} */ (input).checked = /** @type {HTMLInputElement} */ (input).value === s.rank;
  }
  for (const one of controls.querySelectorAll('.level')) /** @type {HTMLElement} */ (one).hidden = s.rank !== 'district';
  shown('rank-level').value = levelOf(s);
  shown('rank-level').disabled = s.district !== '';
  shown('rank-share').value = s.share;
  shown('rank-share-shown').textContent = percent(s.share / 100);
  const name = (areas.get(withinOf(s)) ?? areas.country())?.name ?? '';
  const whole = () => state.set(inArea(s) ? { area: '' } : { district: '' });
  shown('rank-within').replaceChildren(t('rank_within', { name: inArea(s) ? t('ask_drawn') : name }), ' ',
    ...(inArea(s) || s.district ? [el('button', { type: 'button', className: 'link', onclick: whole }, t('rank_everywhere'))] : []));
}

/** Districts within a district are those below it. @param {import('../state.js').State} s */
function levelOf(s) {
  return s.district ? '2' : s.ranklevel;
}

/** Districts are ranked among those beside them. @param {import('../state.js').State} s @returns {string} code, '' is the country */
function withinOf(s) {
  const its = areas.get(s.district);
  return s.rank === 'district' && its?.level === 2 ? its.parent : s.district;
}

/** @param {import('../state.js').State} s */
function params(s) {
  const district = s.rank === 'district';
  return {
    ...common(pinned()), by: s.rank, share: s.share / 100, top: MOST,
    level: district ? levelOf(s) : undefined, within: inArea(s) ? undefined : withinOf(s),
  };
}

/** @param {import('../state.js').State} now */
async function load(now) {
  going.abort();
  const control = new AbortController();
  going = control;
  last = null;
  table.rewind();
  const { signal } = control;
  try {
    const area = inArea(now) ? await resolve(now.area) : null;
    if (area && !area.geometry) return missing(area);
    const body = area?.geometry;
    const [answer, shapes] = await together(result, control, t('rank_working'), [
      ask('/v1/rank', params(now), signal, body), now.rank === 'district' ? outlines(now, signal) : Promise.resolve(new Map()),
    ]);
    if (control !== going) return undefined;
    last = { answer, shapes };
    return drawAll(now, body);
  } catch (problem) {
    if (control !== going) return undefined;
    found.highlight([]);
    return result.replaceChildren(failed(problem, () => { painted = ''; load(state.get()); }));
  }
}

/** Never the country instead of an area that is not there. @param {import('../ask/area.js').Area} area */
function missing(area) {
  found.highlight([]);
  return result.replaceChildren(el('div', { className: 'notice' }, el('p', {}, t(area.where === 'lost' ? 'ask_lost' : 'ask_broken'))));
}

/** @param {import('../state.js').State} s @param {AbortSignal} signal @returns {Promise<Map<string, any>>} GeoJSON by code */
async function outlines(s, signal) {
  const { lang, release } = pinned();
  const shapes = await ask('/v1/districts', { lang, release, format: 'geojson', limit: 1000, level: levelOf(s) }, signal);
  return new Map(shapes.features.map((/** @type {any} */ f) => [f.properties.district, f.geometry]));
}

/** @param {import('../state.js').State} s @param {any} body */
function drawAll(s, body) {
  const { answer, shapes } = /** @type {any} */ (last);
  const { totals, rows } = answer;
  const { factor, unit } = massScale(Math.max(0, ...rows.map((/** @type {any} */ row) => Math.abs(row.value ?? 0))));
  found.highlight(rows.map((/** @type {any} */ row) => ({
    kind: s.rank, id: idOf(row), geometry: geometryOf(row, shapes),
    title: `${row.rank}. ${nameOf(row)}: ${number(row.value * factor)} ${unit}`,
  })).filter((/** @type {any} */ found) => found.geometry));
  if (rows.length === 0) {
    result.replaceChildren(el('p', { className: 'empty' }, t(totals.reason || totals.members === 0 ? `rank_none_${s.rank}` : 'rank_nothing')));
    announce(t('rank_nothing'));
    return;
  }
  const sentence = totals.set ? words.fewest(totals, s.rank) : t('rank_no_set');
  result.replaceChildren(
    el('p', { className: 'few' }, sentence),
    el('div', { className: 'uneven' }, words.lorenz(totals), el('div', {}, el('p', {}, words.uneven(totals)), notes(totals, rows, s))),
    el('div', { id: 'rank-table' }), csv(s, body));
  drawTable(s);
  announce(sentence);
}

/** @param {any} totals @param {any[]} rows @param {import('../state.js').State} s */
function notes(totals, rows, s) {
  const lines = [];
  const tenth = words.topTenth(totals.lorenz);
  if (tenth) lines.push(tenth);
  const many = totals.set?.count > rows.length;
  if (many) lines.push(t('rank_capped', { listed: number(rows.length), all: number(totals.set.count) }));
  if (totals.zero) lines.push(t('rank_zero', { count: totals.zero }));
  if (totals.negative) lines.push(t('rank_negative', { count: totals.negative }));
  if (totals.unranked) lines.push(t('rank_unranked', { count: totals.unranked }));
  if (totals.unallocated > 0) lines.push(t('ask_unallocated', { value: mass(totals.unallocated) }));
  if (s.area && !inArea(s)) lines.push(t('rank_not_cut'));
  return el('div', {}, ...lines.map((text) => el('p', { className: 'sub' }, text)),
    el('p', { className: 'sub' }, el('span', { className: `hot-chip ${s.rank}`, 'aria-hidden': 'true' }), t('rank_lit')));
}

/** @param {import('../state.js').State} s */
function drawTable(s) {
  const { answer, shapes } = /** @type {any} */ (last);
  const root = result.querySelector('#rank-table');
  if (root) table.draw(/** @type {HTMLElement} */ (root), answer.rows, s, {
    caption: `${t(`rank_by_${s.rank}`)}, ${gasText(s)}, ${s.year}. ${t('rank_interval')}`,
    go: (row) => found.goTo(geometryOf(row, shapes), row.cell ? 13 : 11),
  });
}

/** @param {import('../state.js').State} s @param {any} body */
function csv(s, body) {
  const asked = { ...params(s), format: 'csv' };
  if (!body) return el('p', { className: 'more' }, el('a', { href: link('/v1/rank', asked), download: true, id: 'rank-csv' }, t('download_csv')));
  return el('p', { className: 'more' }, el('button', { type: 'button', className: 'link', id: 'rank-csv', onclick: () => attempt(async () =>
    save(await askBlob('/v1/rank', asked, undefined, body), 'fluxgrid-rank.csv')) }, t('download_csv')));
}
