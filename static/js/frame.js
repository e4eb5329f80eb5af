// @ts-check
/** What stands around every view: title, language, search, warning, attribution. */
import { ask, common, link } from './api.js';
import { catalog, pinned } from './catalog.js';
import { byId, el } from './dom.js';
import { LANGUAGES, t } from './i18n.js';
import * as search from './search.js';
import * as state from './state.js';
import { attempt } from './status.js';

export function start() {
  byId('lang').replaceChildren(...Object.entries(LANGUAGES).map(([value, name]) => el('option', { value, lang: value }, name)));
  byId('lang').addEventListener('change', () => state.set({ lang: byId('lang').value }));
  search.start((code) => state.set({ district: code }));
  // Who searches pays for it: the map's first picture does not wait for the names of all areas.
  byId('search-text').addEventListener('focus', () => attempt(names), { once: true });
  state.listen((now, before) => {
    if (named && state.differs(now, before, 'lang', 'release')) attempt(names);
  });
}

/** The names have been asked for. */
let named = false;

/** The names that the search finds. */
async function names() {
  named = true;
  const { release, lang } = pinned();
  const lists = await Promise.all([0, 1, 2].map((level) => ask('/v1/districts', { release, lang, level, limit: 1000 })));
  search.setAreas(lists.flatMap((list) => list.rows).map((row) => ({ code: row.parent ? row.district : '', name: row.name })));
  // What was typed meanwhile is looked for now.
  if (byId('search-text').value) byId('search-text').dispatchEvent(new Event('input'));
}

/** @param {import('./state.js').State} s */
export function paint(s) {
  const { release } = catalog;
  byId('lang').value = s.lang;
  byId('title').textContent = release.title;
  byId('title').title = release.title; // a narrow bar cuts it off
  document.title = `${release.title} – Fluxgrid`;
  const warnings = [isAnother(s.release) ? t('release_gone', { wanted: s.release, shown: release.id }) : '', release.warning].filter(Boolean);
  byId('warning').textContent = warnings.join(' ');
  byId('warning').hidden = !warnings.length;
  byId('attribution').textContent = `${release.attribution} ${t('release', { id: release.id })}.`;
  byId('cite').href = link('/v1/emissions', common(pinned()));
}

/** A kept link may name a release that was taken away: other numbers than it promised are not shown in silence. @param {string} wanted of the address */
function isAnother(wanted) {
  return wanted !== '' && wanted !== catalog.release.id && wanted !== catalog.release.slug;
}
