// @ts-check
/** The panel's first tab: the chosen area, and the place that was clicked. */
import * as place from '../place.js';
import * as area from './area.js';
import * as here from './place.js';

/** Of the paintings, the last one is seen: areas can be chosen faster than they are answered. */
let turn = 0;

/** @param {HTMLElement} root @param {import('../state.js').State} now @param {AbortSignal} signal */
export async function paint(root, now, signal) {
  const mine = ++turn;
  const [nodes] = await Promise.all([area.draw(now, signal), place.follow(now.at, signal)]);
  if (signal.aborted || mine !== turn) return;
  const spot = place.get();
  if (!spot) return root.replaceChildren(...nodes);
  // The place comes first, unless another area has been chosen since.
  const inside = !now.district || spot.answer.districts.some((/** @type {any} */ d) => d.code === now.district);
  const its = here.draw(spot, now);
  return root.replaceChildren(...(inside ? [its, ...nodes] : [...nodes, its]));
}
