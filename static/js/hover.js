// @ts-check
/** What the pointer or the keyboard is at, wherever: a row of a table lights its area on the map and the other way. */

/** @typedef {{kind: 'district' | 'source' | 'cell', id: string} | null} Thing */

/** @type {Set<(now: Thing) => void>} */
const listeners = new Set();
/** @type {Thing} */
let current = null;

/** @param {Thing} thing */
export function set(thing) {
  if (thing?.kind === current?.kind && thing?.id === current?.id) return;
  current = thing;
  for (const tell of listeners) tell(current);
}

/** @returns {Thing} */
export function get() {
  return current;
}

/** @param {(now: Thing) => void} listener @returns {() => void} to stop listening */
export function listen(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Makes an element tell what it stands for while the pointer or the focus is in it. @param {HTMLElement} element @param {Thing} thing */
export function bind(element, thing) {
  for (const event of ['pointerenter', 'focusin']) element.addEventListener(event, () => set(thing));
  for (const event of ['pointerleave', 'focusout']) element.addEventListener(event, () => set(null));
  return element;
}
