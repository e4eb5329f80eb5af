// @ts-check
/** What there is to show: the release, its gases, sectors and weights, in the shown language. */
import { ask, layerName } from './api.js';
import { gasName } from './format.js';
import { t } from './i18n.js';
import * as state from './state.js';

/** @type {{release: any, releases: any[], gases: any[], sectors: any[], gwpSets: any[]}} */
export const catalog = { release: null, releases: [], gases: [], sectors: [], gwpSets: [] };

/** Reads it for the state's language and release, and repairs a state that asks what is not there. */
export async function load() {
  const { lang, release } = state.get();
  const [releases, gases, sectors, gwp] = await Promise.all([
    ask('/v1/releases', { lang }), ask('/v1/gases', { lang }), ask('/v1/sectors', { lang }), ask('/v1/gwp'),
  ]);
  if (lang !== state.get().lang || release !== state.get().release) return; // the later question answers
  catalog.releases = releases.releases;
  catalog.release = choose(catalog.releases, release);
  if (!catalog.release) throw new Error(t('no_release'));
  catalog.gases = gases.gases;
  catalog.sectors = sectors.sectors;
  catalog.gwpSets = gwp.sets;
  repair();
}

/** @param {any[]} releases @param {string} wanted an id, a slug, or nothing */
function choose(releases, wanted) {
  return releases.find((r) => r.id === wanted) ?? releases.find((r) => r.slug === wanted && r.latest)
    ?? releases.find((r) => r.latest);
}

/** What the address asks and the release lacks falls back to the nearest thing it has, visibly. */
export function repair() {
  const s = state.get();
  const { release } = catalog;
  /** @type {any} */
  const change = {};
  if (!release.years.includes(s.year)) change.year = release.years.at(-1);
  if (!Number.isNaN(s.minus) && !release.years.includes(s.minus)) change.minus = NaN;
  if (!release.layers.includes(layerName(s))) change.gas = 'co2e';
  if (s.sector && !catalog.sectors.some((sector) => sector.code === s.sector)) change.sector = '';
  if (!catalog.gwpSets.some((g) => g.code === s.gwp)) change.gwp = 'AR5-100';
  if (Object.keys(change).length) state.set(change, { replace: true });
}

/** The state with its release pinned: what all questions are asked with, so that they agree. @returns {import('./state.js').State} */
export function pinned() {
  return { ...state.get(), release: catalog.release.id };
}

/** What masses are of, in a few letters: `CH₄`, or `CO₂e (AR5-100)`. @param {import('./state.js').State} s */
export function gasText(s) {
  return s.gas === 'co2e' ? `${t('dash_co2e')} (${s.gwp})` : gasName(s.gas.toUpperCase());
}

/** @param {string} code @returns {string} the name of a sector, or its code */
export function sectorName(code) {
  return catalog.sectors.find((sector) => sector.code === code)?.name ?? code;
}
