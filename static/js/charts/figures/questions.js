// @ts-check
/** What the figures ask of the server, each in one place, so that two figures that need the same ask it once. */
import { catalog } from '../../catalog.js';

/** @typedef {import('../../state.js').State} State with its release pinned */
/** @typedef {[string, import('../../api.js').Params]} Question path and parameters */
/** @typedef {(question: Question) => Promise<any>} Ask */

/** @param {State} s what every question has: no flow, the figures show emissions and removals side by side @returns {import('../../api.js').Params} */
export function base(s) {
  return { release: s.release, district: s.district, sector: s.sector, gas: s.gas.toUpperCase(), gwp: s.gas === 'co2e' ? s.gwp : undefined, lang: s.lang };
}

/** @returns {string} all years of the release, `2010..2022` */
export function span() {
  const { years } = catalog.release;
  return years.length > 1 ? `${years[0]}..${years.at(-1)}` : String(years[0]);
}

/** @param {State} s @returns {Question} */
export const sectorsByYear = (s) => ['/v1/emissions', { ...base(s), flow: 'net', groupby: 'year,sector,flow', year: span() }];
/** @param {State} s @returns {Question} */
export const flowsByYear = (s) => ['/v1/emissions', { ...base(s), flow: 'net', groupby: 'year,flow', year: span() }];
/** @param {State} s @returns {Question} */
export const netByYear = (s) => ['/v1/emissions', { ...base(s), flow: 'net', groupby: 'year', year: span() }];
/** @param {State} s @returns {Question} */
export const sectorsOfYear = (s) => ['/v1/emissions', { ...base(s), flow: 'net', groupby: 'sector,flow', year: s.year }];
/** @param {State} s @returns {Question} all gases, weighted: whatever gas is chosen */
export const gasesByYear = (s) => ['/v1/emissions', { ...base(s), gas: 'CO2E', gwp: s.gwp, flow: 'emission', groupby: 'year,gas', year: span() }];
/** @param {State} s @param {string} gwp @returns {Question} */
export const gasesUnder = (s, gwp) => ['/v1/emissions', { ...base(s), gas: 'CO2E', gwp, flow: 'emission', groupby: 'gas', year: s.year }];
/** @param {State} s @returns {Question} every slice with its status */
export const slicesOfYear = (s) => ['/v1/emissions', { ...base(s), flow: 'net', groupby: s.gas === 'co2e' ? 'sector,gas,flow' : 'sector,flow', year: s.year }];
/** @param {State} s @returns {Question} tonnes */
export const indicators = (s) => ['/v1/indicators', { ...base(s), flow: 'emission', year: s.year, unit: 't' }];
/** @param {State} s @param {number} from @param {string} flow @returns {Question} */
export const since = (s, from, flow) => ['/v1/compare', { ...base(s), flow, year: from, to_year: s.year }];
/** @param {State} s @param {string} flow @returns {Question} */
export const summary = (s, flow) => ['/v1/summary', { ...base(s), flow, year: s.year }];
/** @param {State} s @returns {Question} the area itself: its name, level and parent */
export const area = (s) => [`/v1/districts/${encodeURIComponent(s.district)}`, { ...base(s), district: undefined, year: s.year }];
/** @param {State} s @param {string} parent @returns {Question} the areas below one */
export const partsOf = (s, parent) => ['/v1/districts', { ...base(s), district: undefined, parent, year: s.year, limit: 1000 }];
/** @param {State} s @param {string} within @param {number} level @returns {Question} tonnes per head, all areas of a level within another */
export const perHead = (s, within, level) => ['/v1/rank', { ...base(s), district: undefined, within, level, per: 'capita', unit: 't', year: s.year, top: 1000 }];
/** @param {State} s @returns {Question} */
export const audit = (s) => ['/v1/audit', { release: s.release }];
