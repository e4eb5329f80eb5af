// @ts-check
/**
 * The panel beside the map: tabs of which one is shown. Each is a module with
 * paint(root, now, signal), called after each change of what it depends on while it is shown, and
 * may have leave(), called when another is shown.
 */
import { byId } from './dom.js';
import * as found from './map/found.js';
import * as state from './state.js';

/** @typedef {{paint: (root: HTMLElement, now: import('./state.js').State, signal: AbortSignal) => Promise<void>, leave?: () => void}} Pane */

/** @type {Record<string, () => Promise<Pane>>} */
const LOAD = {
  area: () => import('./facts/pane.js'),
  ask: () => import('./ask/pane.js'),
  rank: () => import('./rank/pane.js'),
};
const NAMES = Object.keys(LOAD);

/** Beside the selection, what a pane shows hangs on these members of the state. */
export const ASKS = ['district', 'pane', 'at', 'minus', 'than', 'area', 'rank', 'share', 'ranklevel', 'sort'];

export function start() {
  for (const name of NAMES) {
    const tab = byId(`tab-${name}`);
    tab.addEventListener('click', () => open(name));
    tab.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const next = NAMES[(NAMES.indexOf(name) + step + NAMES.length) % NAMES.length];
      open(next);
      byId(`tab-${next}`).focus();
    });
  }
}

/** Which tab is open is remembered with what is looked at, but no step of its own. @param {string} name */
function open(name) {
  state.set({ pane: name }, { replace: true });
}

/** @type {{name: string, pane: Pane} | null} */
let shown = null;

/** Of the paintings, the last one is finished. */
let turn = 0;

/** @param {import('./state.js').State} now @param {AbortSignal} signal */
export async function paint(now, signal) {
  const mine = ++turn;
  for (const name of NAMES) {
    const its = name === now.pane;
    byId(`tab-${name}`).setAttribute('aria-selected', String(its));
    byId(`tab-${name}`).tabIndex = its ? 0 : -1;
    byId(`pane-${name}`).hidden = !its;
  }
  if (shown && shown.name !== now.pane) shown.pane.leave?.();
  const pane = await LOAD[now.pane]();
  if (mine !== turn) return;
  shown = { name: now.pane, pane };
  if (now.area || area) await showArea(now.area);
  if (mine !== turn) return;
  await pane.paint(byId(`pane-${now.pane}`), now, signal);
}

/** The asked area that the map shows, whichever pane is open. */
let area = '';

/** @param {string} code of the address */
async function showArea(code) {
  if (code === area) return;
  area = code;
  const { resolve } = await import('./ask/area.js');
  const its = code ? await resolve(code).catch(() => null) : null; // why it cannot be had, the pane says
  if (code === area) found.showArea(its?.geometry ?? null);
}
