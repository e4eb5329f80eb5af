// @ts-check
/** Style sheets that come with what needs them. */
import { el } from '../dom.js';

/** @type {Map<string, Promise<void>>} */
const asked = new Map();

/** @param {string} name of a file in css/ @returns {Promise<void>} when it counts; a sheet that does not come is no reason to show nothing */
export function style(name) {
  let sheet = asked.get(name);
  if (!sheet) {
    sheet = new Promise((done) => {
      const link = el('link', {
        rel: 'stylesheet', href: new URL(`../../css/${name}.css`, import.meta.url).href, onload: () => done(), onerror: () => done(),
      });
      document.head.append(link);
    });
    asked.set(name, sheet);
  }
  return sheet;
}
