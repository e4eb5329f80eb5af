// @ts-check
/**
 * The panel beside the map: tabs of which one is shown. Each is a module with
 * paint(root, now, signal), called after each change of what it depends on while it is shown.
 */
import { byId } from './dom.js';
import * as state from './state.js';

/** @typedef {{paint: (root: HTMLElement, now: import('./state.js').State, signal: AbortSignal) => Promise<void>}} Pane */

/** @type {Record<string, () => Promise<Pane>>} */
const LOAD = {
  area: () => import('./facts/pane.js'),
  ask: () => import('./ask/pane.js'),
  rank: () => import('./rank/pane.js'),
};
const NAMES = Object.keys(LOAD);

export function start() {
  for (const name of NAMES) {
    const tab = byId(`tab-${name}`);
    tab.addEventListener('click', () => state.set({ pane: name }));
    tab.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const next = NAMES[(NAMES.indexOf(name) + step + NAMES.length) % NAMES.length];
      state.set({ pane: next });
      byId(`tab-${next}`).focus();
    });
  }
}

/** @param {import('./state.js').State} now @param {AbortSignal} signal */
export async function paint(now, signal) {
  for (const name of NAMES) {
    const shown = name === now.pane;
    byId(`tab-${name}`).setAttribute('aria-selected', String(shown));
    byId(`tab-${name}`).tabIndex = shown ? 0 : -1;
    byId(`pane-${name}`).hidden = !shown;
  }
  const pane = await LOAD[now.pane]();
  await pane.paint(byId(`pane-${now.pane}`), now, signal);
}
