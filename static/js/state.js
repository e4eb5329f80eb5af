// @ts-check
/**
 * The URL is the single source of truth: every view can be shared, back and forward work.
 * @typedef {{release: string, flow: string, gas: string, sector: string, gwp: string, year: number,
 *   minus: string, lang: string, district: string, opacity: number,
 *   z: number, lon: number, lat: number}} State
 */

/** @type {Record<string, (text: string) => any>} */
const READ = {
  release: String, flow: String, gas: String, sector: String, gwp: String, year: Number,
  minus: String, lang: String, district: String, opacity: Number, z: Number, lon: Number, lat: Number,
};

/** Values that need not be in the address. @type {Partial<State>} */
const DEFAULTS = { flow: 'emissions', gas: 'co2e', sector: '', gwp: 'AR5-100', minus: '', district: '', opacity: 85 };

/** @type {Set<(now: State, before: State) => void>} */
const listeners = new Set();
/** @type {State} */
let current = read();

/** @returns {State} */
function read() {
  const params = new URLSearchParams(location.search);
  /** @type {any} */
  const state = { release: '', year: NaN, lang: '', z: NaN, lon: NaN, lat: NaN, ...DEFAULTS };
  for (const [name, convert] of Object.entries(READ)) {
    const text = params.get(name);
    if (text !== null) state[name] = convert(text);
  }
  if (!['emissions', 'removals', 'net'].includes(state.flow)) state.flow = 'emissions';
  if (!(state.opacity >= 10 && state.opacity <= 100)) state.opacity = 85;
  return state;
}

/** @param {State} state */
function address(state) {
  const params = new URLSearchParams();
  for (const name of Object.keys(READ)) {
    const value = /** @type {any} */ (state)[name];
    if (value === '' || Number.isNaN(value) || value === /** @type {any} */ (DEFAULTS)[name]) continue;
    params.set(name, String(value));
  }
  const query = params.toString();
  return query ? `?${query}` : location.pathname;
}

/** @returns {State} */
export function get() {
  return current;
}

/**
 * @param {Partial<State>} change
 * @param {{replace?: boolean}} [how] replace: no new step in the history (panning, playing)
 */
export function set(change, how = {}) {
  const before = current;
  current = { ...current, ...change };
  const url = address(current);
  if (how.replace) history.replaceState(null, '', url);
  else history.pushState(null, '', url);
  for (const tell of listeners) tell(current, before);
}

/** @param {(now: State, before: State) => void} listener */
export function listen(listener) {
  listeners.add(listener);
}

window.addEventListener('popstate', () => {
  const before = current;
  current = { ...before, ...read() };
  for (const tell of listeners) tell(current, before);
});
