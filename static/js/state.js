// @ts-check
/**
 * The URL is the single source of truth: every view can be shared, back and forward work.
 *
 * @typedef {{
 *   view: string, lang: string, release: string,
 *   flow: string, gas: string, sector: string, gwp: string, year: number, minus: number,
 *   district: string, than: string, at: string, area: string, rank: string, share: number, ranklevel: string, sort: string,
 *   pane: string, show: string, by: string, level: number, only: number,
 *   sources: boolean, source: string, opacity: number, order: string, hide: string, base: boolean,
 *   swipe: number, year2: number, gas2: string, locate: boolean,
 *   z: number, lon: number, lat: number,
 *   chart: string, tables: string, patterns: boolean
 * }} State
 */

/**
 * One member of the state. `read` answers undefined for text that is no value: the default stands then.
 * @typedef {{start: any, read: (text: string) => any}} Key
 */

/** @param {string} start @returns {Key} any text */
const text = (start = '') => ({ start, read: (given) => given });
/** @param {...string} values @returns {Key} one of a list, the first by default */
const one = (...values) => ({ start: values[0], read: (given) => (values.includes(given) ? given : undefined) });
/** @param {number} start @param {number} [least] @param {number} [most] @returns {Key} */
const number = (start, least = -Infinity, most = Infinity) => ({
  start,
  read: (given) => {
    const value = Number(given);
    return given.trim() !== '' && value >= least && value <= most ? value : undefined;
  },
});
/** @returns {Key} on when it is 1 */
const flag = () => ({ start: false, read: (given) => (given === '1' ? true : undefined) });
/** @param {RegExp} form @param {string} [start] @returns {Key} text of a form, each letter once */
const letters = (form, start = '') => ({
  start,
  read: (given) => (form.test(given) && new Set(given).size === given.length ? given : undefined),
});

/** @param {RegExp} pattern @returns {Key} text of a form, empty by default */
const form = (pattern) => ({ start: '', read: (given) => (pattern.test(given) ? given : undefined) });

/** Every name an address may have, in the order in which it is written. @type {Record<string, Key>} */
export const KEYS = {
  // which page, in which language
  view: one('map', 'dashboard', 'report'),
  lang: text(),
  release: text(), // a slug follows the latest release, `slug@version` stays
  // what is looked at
  flow: one('emissions', 'removals', 'net'),
  gas: text('co2e'),
  sector: text(),
  gwp: text('AR5-100'),
  year: number(NaN, 1800, 2200),
  minus: number(NaN, 1800, 2200), // the year that is taken away: a map of the difference
  district: text(), // '' is the country
  than: form(/^[\w.-]+@[\w.+-]+$/), // the release of the other side of a comparison, '' for the shown one
  at: form(/^-?\d{1,3}(\.\d{1,6})?,-?\d{1,2}(\.\d{1,6})?$/), // the place that was clicked: longitude,latitude
  area: form(/^[\w.*-]{1,2000}$/), // the area that is asked for (ask/code.js)
  // the ranking
  rank: one('cell', 'source', 'district'),
  share: number(80, 5, 99), // per cent that the found ones hold
  ranklevel: one('2', '1'), // of the districts that are ranked
  sort: form(/^-?(rank|name|value|lo|hi|share|cumulative_share)$/),
  // how it is shown
  pane: one('area', 'ask', 'rank'), // the panel beside the map
  show: one('density', 'districts', 'none'), // the map's main layer
  by: one('per_km2', 'total', 'per_capita', 'change'), // the indicator of the layer `districts`
  level: number(2, 1, 2), // of the areas it colours: regions or districts
  only: number(NaN, 0, 30), // the class that is shown alone
  sources: flag(), // point sources as symbols
  source: text(), // the one that is open
  opacity: number(85, 10, 100),
  order: letters(/^[mosn]{4}$/, 'mosn'), // from the bottom: main layer, outlines, sources, names
  hide: letters(/^[on]*$/), // outlines, names
  base: flag(), // the base map of another server, where the settings name one
  // two states side by side: where the line is, in percent of the width, and what is right of it
  swipe: number(NaN, 0, 100),
  year2: number(NaN, 1800, 2200),
  gas2: text(),
  locate: flag(), // a button for "where I am"
  z: number(NaN, 0, 22),
  lon: number(NaN, -180, 180),
  lat: number(NaN, -90, 90),
  // the dashboard
  chart: text(), // the one that is shown alone
  tables: text(), // charts that are shown as tables: their names, with commas
  patterns: flag(), // patterns beside colours
};

/**
 * @param {string} search of an address
 * @returns {State} whole: what is missing or malformed has its default
 */
export function parse(search) {
  const given = new URLSearchParams(search);
  /** @type {any} */
  const state = {};
  for (const [name, key] of Object.entries(KEYS)) {
    const value = given.get(name);
    state[name] = (value === null ? undefined : key.read(value)) ?? key.start;
  }
  return state;
}

/** @param {State} state @returns {string} `?name=value&...` without what has its default; `?` when all has */
export function write(state) {
  const params = new URLSearchParams();
  for (const [name, key] of Object.entries(KEYS)) {
    const value = /** @type {any} */ (state)[name];
    if (Object.is(value, key.start)) continue;
    params.set(name, value === true ? '1' : String(value));
  }
  return `?${params}`;
}

/** How often Back or Forward was pressed: the view is the address's then, even when a flight is under way. */
let travels = 0;

/** @returns {number} grows with each step back or forward */
export function journeys() {
  return travels;
}

/** @type {Set<(now: State, before: State) => void>} */
const listeners = new Set();
/** @type {State} */
let current = parse(globalThis.location?.search ?? '');

/** @returns {State} */
export function get() {
  return current;
}

/**
 * @param {Partial<State>} change
 * @param {{replace?: boolean}} [how] replace: no new step in the history (panning, playing)
 */
export function set(change, how = {}) {
  become({ ...current, ...change }, () => {
    if (how.replace) history.replaceState(null, '', write(current));
    else history.pushState(null, '', write(current));
  });
}

/** @param {State} next @param {() => void} [record] */
function become(next, record) {
  const before = current;
  current = next;
  record?.();
  for (const tell of listeners) tell(current, before);
}

/** @param {(now: State, before: State) => void} listener @returns {() => void} to stop listening */
export function listen(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** @param {State} now @param {State} before @param {...string} names @returns {boolean} one of them differs */
export function differs(now, before, ...names) {
  return names.some((name) => !Object.is(/** @type {any} */ (now)[name], /** @type {any} */ (before)[name]));
}

/** What decides the numbers that are shown. */
export const SELECTION = ['lang', 'release', 'flow', 'gas', 'sector', 'gwp', 'year'];

/** @param {Partial<State>} change @returns {string} the address of the present state with a change */
export function address(change) {
  return write({ ...current, ...change });
}

/**
 * Goes where an address leads that address() gave, without loading the page anew.
 * @param {string} href @param {...('tables' | 'patterns')} kept members that may have changed since it was given, and stay
 */
export function follow(href, ...kept) {
  set({ ...parse(new URL(href, location.href).search), ...Object.fromEntries(kept.map((name) => [name, current[name]])) });
}

globalThis.addEventListener?.('popstate', () => {
  travels++;
  become(parse(location.search));
});
