// @ts-check
/** The largest sources as a list: what the circles are, for keyboard and screen reader. */
import { common } from '../api.js';
import { byId, el, named } from '../dom.js';
import { mass } from '../format.js';
import * as hover from '../hover.js';
import { t } from '../i18n.js';
import * as state from '../state.js';
import * as sources from './sources.js';

/** What the list was asked with. */
let shown = '';

/** The list stays as it is, so that the keyboard can come back to where it was. @param {string} code of the open one */
function mark(code) {
  for (const button of byId('source-list').querySelectorAll('[data-source]')) {
    button.setAttribute('aria-pressed', String(button.dataset.source === code));
  }
}

/** @param {import('../state.js').State} s with its release pinned @param {AbortSignal} signal */
export async function paint(s, signal) {
  const target = byId('source-list');
  byId('sources').checked = s.sources;
  byId('sources').disabled = !sources.isPossible(s);
  if (!s.sources || !sources.isPossible(s)) return target.replaceChildren();
  const key = JSON.stringify([common(s)]);
  if (key === shown && target.children.length) return mark(s.source);
  const rows = await sources.list(s, signal);
  if (signal.aborted) return undefined;
  shown = key;
  return target.replaceChildren(...(rows.length ? rows.map((row) => hover.bind(el('li', {}, el('button', {
    type: 'button', 'data-source': row.code, 'aria-pressed': String(row.code === s.source),
    onclick: () => state.set({ source: row.code }),
  }, el('span', {}, named(row.name)), el('span', { className: 'figure' }, mass(row.value)))), { kind: 'source', id: row.code }))
    : [el('li', { className: 'empty' }, t('no_sources'))]));
}

export function start() {
  byId('sources').addEventListener('change', () => state.set({ sources: byId('sources').checked, source: '' }));
}
