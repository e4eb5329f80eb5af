// @ts-check
/**
 * The pages of the page: map, dashboard, report. Each is a module, loaded when it is first opened, with
 *   enter(root)         once, to build itself into its section
 *   paint(now, before)  after each change of state while it is shown, and when it is shown again (before is null)
 *   leave()             optional, when another is shown
 */
import { Failure } from './api.js';
import { byId } from './dom.js';
import * as state from './state.js';
import { attempt } from './status.js';

/** @typedef {{enter: (root: HTMLElement) => Promise<void> | void, leave?: () => void,
 *   paint: (now: import('./state.js').State, before: import('./state.js').State | null) => Promise<void> | void}} View */

/** @type {Record<string, () => Promise<View>>} */
const LOAD = {
  map: () => import('./map/view.js'),
  dashboard: () => import('./dashboard/view.js'),
  report: () => import('./report/view.js'),
};

/** @type {Map<string, Promise<View>>} */
const opened = new Map();
let shown = '';
/** The one that has been painted as a whole since it is shown. */
let whole = '';

/** @param {string} name @returns {Promise<View>} entered */
function open(name) {
  let view = opened.get(name);
  if (!view) {
    const unreached = (/** @type {any} */ problem) => { throw new Failure(String(problem?.message), { offline: true }); };
    view = LOAD[name]().catch(unreached).then(async (module) => {
      await module.enter(byId(`view-${name}`));
      return module;
    });
    view.catch(() => opened.delete(name));
    opened.set(name, view);
  }
  return view;
}

/** Shows the state's view and lets it paint. @param {import('./state.js').State} now @param {import('./state.js').State | null} before */
export async function paint(now, before) {
  const name = now.view;
  if (name !== shown) await change(name);
  for (const anchor of document.querySelectorAll('[data-view]')) mark(/** @type {HTMLAnchorElement} */ (anchor), name);
  await attempt(async () => {
    const view = await open(name);
    if (name !== shown) return;
    const begins = whole !== name;
    whole = name;
    await view.paint(now, begins ? null : before);
  }, anew);
}

/** One function for all failures, so that it runs once however many parts failed. */
const anew = () => paint(state.get(), null);

/** @param {string} name */
async function change(name) {
  const before = opened.get(shown);
  shown = name;
  whole = '';
  for (const section of document.querySelectorAll('main > [id^=view-]')) {
    /** @type {HTMLElement} */ (section).hidden = section.id !== `view-${name}`;
  }
  document.body.dataset.view = name;
  (await before?.catch(() => null))?.leave?.();
}

/** @param {HTMLAnchorElement} anchor @param {string} name of the view that is shown */
function mark(anchor, name) {
  const its = anchor.dataset.view ?? '';
  anchor.href = state.address({ view: its });
  if (its === name) anchor.setAttribute('aria-current', 'page');
  else anchor.removeAttribute('aria-current');
}

/** Links between views change the state instead of loading the page anew. */
export function start() {
  document.addEventListener('click', (event) => {
    const anchor = /** @type {HTMLElement} */ (event.target).closest?.('a[data-view]');
    if (!anchor || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    state.set({ view: /** @type {HTMLElement} */ (anchor).dataset.view ?? 'map' });
    byId(`view-${state.get().view}`).focus?.();
  });
}
