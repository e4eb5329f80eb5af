// @ts-check
/** The largest sources as a list: what the circles are, for keyboard and screen reader. */
import { byId, el } from '../dom.js';
import { mass } from '../format.js';
import * as hover from '../hover.js';
import { t } from '../i18n.js';
import * as state from '../state.js';
import * as sources from './sources.js';

/** @param {import('../state.js').State} s with its release pinned @param {AbortSignal} signal */
export async function paint(s, signal) {
  const target = byId('source-list');
  byId('sources').checked = s.sources;
  byId('sources').disabled = !sources.isPossible(s);
  if (!s.sources || !sources.isPossible(s)) return target.replaceChildren();
  const rows = await sources.list(s, signal);
  if (signal.aborted) return;
  target.replaceChildren(...(rows.length ? rows.map((row) => hover.bind(el('li', {}, el('button', {
    type: 'button', 'data-source': row.code, 'aria-pressed': String(row.code === s.source),
    onclick: () => state.set({ source: row.code }),
  }, el('span', {}, row.name), el('span', { className: 'figure' }, mass(row.value)))), { kind: 'source', id: row.code }))
    : [el('li', { className: 'empty' }, t('no_sources'))]));
}

export function start() {
  byId('sources').addEventListener('change', () => state.set({ sources: byId('sources').checked, source: '' }));
}
