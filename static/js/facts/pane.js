// @ts-check
/** The panel's first tab: the chosen area, and the place that was clicked. */
import * as place from '../place.js';
import * as area from './area.js';
import * as here from './place.js';

/** @param {HTMLElement} root @param {import('../state.js').State} now @param {AbortSignal} signal */
export async function paint(root, now, signal) {
  const nodes = await area.draw(now, signal);
  if (signal.aborted) return;
  await place.follow(now.at, signal);
  if (signal.aborted) return;
  const spot = place.get();
  root.replaceChildren(...nodes, ...(spot ? [here.draw(spot, now)] : []));
}
