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
  for (const row of document.querySelectorAll('.lit[data-hover]')) row.classList.remove('lit');
  for (const row of thing ? document.querySelectorAll(`[data-hover="${CSS.escape(key(thing))}"]`) : []) row.classList.add('lit');
  for (const tell of listeners) tell(current);
}

/** @param {{kind: string, id: string}} thing */
function key(thing) {
  return `${thing.kind} ${thing.id}`;
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

/**
 * Makes an element tell what it stands for while the pointer or the focus is in it; it has the class
 * `lit` while that is pointed at elsewhere.
 * @param {HTMLElement} element @param {Thing} thing
 */
export function bind(element, thing) {
  if (thing) element.dataset.hover = key(thing);
  for (const event of ['pointerenter', 'focusin']) element.addEventListener(event, () => set(thing));
  for (const event of ['pointerleave', 'focusout']) element.addEventListener(event, () => set(null));
  return element;
}
