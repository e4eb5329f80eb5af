// @ts-check
/** The card of one point source, beside its circle. */
import * as ol from '../../vendor/ol.js';
import { ask, link } from '../api.js';
import { pinned, sectorName } from '../catalog.js';
import { byId, el, named } from '../dom.js';
import { gasName, mass, number, percent } from '../format.js';
import { t } from '../i18n.js';
import * as state from '../state.js';
import * as canvas from './canvas.js';

/** Map units. @type {number[] | null} */
let place = null;
/** What had the focus before. @type {any} */
let cameFrom = null;
let turn = 0;

export function start() {
  canvas.get().on('postrender', follow);
  byId('popup').addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
    if (event.key === 'Escape') close();
  });
}

function close() {
  state.set({ source: '' });
  cameFrom?.isConnected && cameFrom.focus();
}

/** @param {import('../state.js').State} s @param {boolean} go moves there when it is out of sight @param {boolean} focus of the keyboard goes to it, too */
export async function show(s, go, focus) {
  const mine = ++turn;
  const box = byId('popup');
  if (!s.source) {
    place = null;
    box.hidden = true;
    return;
  }
  const { release, lang, year } = pinned();
  const { properties: its, geometry } = await ask(`/v1/sources/${encodeURIComponent(s.source)}`, { release, lang, year, unit: 'kt' });
  if (mine !== turn) return;
  const isNew = box.hidden;
  if (isNew) cameFrom = document.activeElement;
  place = ol.fromLonLat(geometry.coordinates);
  box.setAttribute('aria-label', its.name);
  box.replaceChildren(
    el('button', { type: 'button', className: 'close', 'aria-label': t('close'), title: t('close'), onclick: close }, '×'),
    el('h2', {}, named(its.name)), el('dl', { className: 'details' }, ...facts(its, s).flatMap(([k, v]) => [el('dt', {}, k), el('dd', {}, v)])),
    el('p', { className: 'more' }, el('a', { href: state.address({ source: its.code, sources: true }) }, t('link_to_this')),
      ' · ', el('a', { href: link(`/v1/sources/${encodeURIComponent(its.code)}`, { release, lang, year }) }, t('its_data'))));
  box.hidden = false;
  if (go && isAway(geometry.coordinates)) canvas.flyTo(geometry.coordinates[0], geometry.coordinates[1], 8);
  follow();
  if (isNew && focus) /** @type {HTMLElement} */ (box.querySelector('.close')).focus({ preventScroll: true });
}

/** @param {any} its @param {import('../state.js').State} s @returns {[string, string][]} */
function facts(its, s) {
  /** @type {[string, string][]} */
  const rows = [];
  if (its.operator) rows.push([t('operator'), its.operator]);
  rows.push([t('sector'), sectorName(its.sector)]);
  if (its.fuel) rows.push([t('fuel'), its.fuel]);
  if (its.capacity) rows.push([t('capacity'), `${number(its.capacity)} ${its.capacity_unit}`]);
  const here = its.years.filter((/** @type {any} */ y) => y.year === s.year && y.flow === 'emission');
  for (const [gas, kt] of sums(here)) rows.push([`${gasName(gas)}, ${s.year}`, mass(kt)]);
  if (!here.length) rows.push([String(s.year), t('nodata')]);
  const share = its.shares?.find((/** @type {any} */ one) => one.level === 0 && one.sector === null && one.gas === 'CO2E');
  if (share?.share) rows.push([t('share_of_country'), percent(share.share)]);
  return rows;
}

/** @param {any[]} rows @returns {Map<string, number>} kt by gas */
function sums(rows) {
  const all = new Map();
  for (const row of rows) all.set(row.gas, (all.get(row.gas) ?? 0) + row.value);
  return all;
}

/** @param {number[]} lonLat */
function isAway([lon, lat]) {
  const [west, south, east, north] = canvas.shownBbox();
  const margin = (east - west) * 0.26; // what the panels cover
  return lon < west + margin || lon > east - margin || lat < south || lat > north;
}

/** Keeps the card at its circle. */
function follow() {
  const box = byId('popup');
  if (!place || box.hidden) return;
  const map = canvas.get();
  const pixel = map.getPixelFromCoordinate(place);
  if (!pixel) return;
  const [left, right, bottom] = free(map);
  const above = pixel[1] - box.offsetHeight - 18;
  box.style.left = `${Math.max(left, Math.min(right - box.offsetWidth, pixel[0] - box.offsetWidth / 2))}px`;
  box.style.top = `${above > 8 ? Math.min(above, bottom - box.offsetHeight) : Math.max(8, Math.min(pixel[1] + 18, bottom - box.offsetHeight))}px`;
}

/** Where no panel and no tool lies, in pixels of the map: a circle may be below one of them, its card is to be read. @param {any} map @returns {number[]} left, right, bottom */
function free(map) {
  const ground = map.getTargetElement().getBoundingClientRect();
  const edge = (/** @type {string} */ selector) => /** @type {Element} */ (document.querySelector(`#view-map > ${selector}`)).getBoundingClientRect();
  return [
    Math.max(0, edge('.side').right - ground.left) + 8, // on a telephone the panels are below the map
    Math.min(ground.width, edge('.tools').left - ground.left) - 8,
    Math.min(ground.height, edge('.year').top - ground.top) - 8,
  ];
}
