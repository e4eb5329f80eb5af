// @ts-check
/** Colours of the page's style sheet for what is drawn on the canvas, so that light and dark are told once, in CSS. */

/** @type {Map<string, string>} */
const known = new Map();
const dark = globalThis.matchMedia?.('(prefers-color-scheme: dark)');

/** @param {string} name of a custom property, such as `outline` @returns {string} */
export function ink(name) {
  let colour = known.get(name);
  if (colour === undefined) {
    colour = getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim() || '#000';
    known.set(name, colour);
  }
  return colour;
}

export function isDark() {
  return Boolean(dark?.matches);
}

/** @returns {boolean} the visitor wants nothing to move on its own */
export function isStill() {
  return window.matchMedia('(prefers-reduced-motion: reduce)').matches;
}

/** @param {() => void} tell when the visitor's scheme has changed */
export function onScheme(tell) {
  dark?.addEventListener('change', () => {
    known.clear();
    tell();
  });
}
