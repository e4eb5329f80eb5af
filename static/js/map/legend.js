// @ts-check
import { ask, common } from '../api.js';
import { el } from '../dom.js';

/**
 * Draws the legend of a style; colours and labels come from the server.
 * @param {HTMLElement} target
 * @param {any} tilejson of the layer shown
 * @param {import('../state.js').State} s
 */
export async function draw(target, tilejson, s) {
  const legend = await ask(`/legend/${tilejson['x-style']}.json`, {
    lang: s.lang, gas: s.gas.toUpperCase(), gwp: s.gas === 'co2e' ? s.gwp : undefined, flow: common(s).flow,
  });
  target.replaceChildren(
    el('h3', {}, legend.title),
    el('p', { className: 'unit' }, legend.unit),
    el('ul', {}, ...legend.classes.map((/** @type {any} */ c) => {
      const chip = el('span', { className: 'chip', 'aria-hidden': 'true' });
      chip.style.backgroundColor = c.colour;
      return el('li', {}, chip, c.label);
    })),
  );
}
