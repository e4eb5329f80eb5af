// @ts-check
/**
 * A base map of another server, where the operator's settings name one. Nobody's browser asks that server for anything before the
 * box is ticked; that there is one is asked for when the list of layers is opened.
 */
import * as ol from '../../vendor/ol.js';
import { ask } from '../api.js';
import { byId } from '../dom.js';
import { t } from '../i18n.js';
import * as state from '../state.js';
import { attempt } from '../status.js';
import * as canvas from './canvas.js';
import * as outlines from './outlines.js';

/** @type {Promise<{url: string, attribution: string} | null> | undefined} */
let known;
/** @type {any} */
let layer;

export function start() {
  byId('base').addEventListener('change', () => state.set({ base: byId('base').checked }, { replace: true }));
  byId('more-layers').addEventListener('toggle', () => attempt(() => paint(state.get())));
}

/** @returns {Promise<{url: string, attribution: string} | null>} */
function read() {
  known ??= ask('/v1/page').then((page) => page.basemap);
  known.catch(() => { known = undefined; }); // asked again with the next paint
  return known;
}

/** @param {import('../state.js').State} s */
export async function paint(s) {
  const isWanted = s.base || /** @type {HTMLDetailsElement} */ (byId('more-layers')).open;
  const its = isWanted || layer ? await read() : null;
  const isShown = state.get().base && its !== null; // the box may have changed while the server was asked
  if (isWanted) choice(state.get(), its);
  if (isShown && !layer) {
    layer = new ol.TileLayer({ source: new ol.XYZ({ url: its.url, maxZoom: 19 }) });
    canvas.add('base', layer);
    layer.setZIndex(-1);
  }
  layer?.setVisible(isShown);
  outlines.setLand(!isShown);
  byId('base-attribution').textContent = isShown ? its.attribution : '';
  byId('base-attribution').hidden = !isShown || !its.attribution;
}

/** @param {import('../state.js').State} s @param {{url: string} | null} its */
function choice(s, its) {
  byId('base').checked = s.base;
  byId('base-choice').hidden = byId('base-from').hidden = its === null;
  if (its) byId('base-from').textContent = t('base_map_from', { host: new URL(its.url.replace(/[{}]/g, '')).host });
}
