// @ts-check
/** Starts the page: language, catalog, the frame, and the view that the address names. */
import * as catalog from './catalog.js';
import * as frame from './frame.js';
import * as i18n from './i18n.js';
import * as state from './state.js';
import { attempt, fail } from './status.js';
import * as views from './views.js';

async function start() {
  const { lang } = state.get();
  state.set({ lang: Object.hasOwn(i18n.LANGUAGES, lang) ? lang : i18n.preferred() }, { replace: true });
  await i18n.load(state.get().lang);
  await catalog.load();
  frame.start();
  views.start();
  state.listen((now, before) => attempt(() => changed(now, before)));
  frame.paint(state.get());
  await views.paint(state.get(), null);
}

/** @param {import('./state.js').State} now @param {import('./state.js').State} before */
async function changed(now, before) {
  if (now.lang !== before.lang) await i18n.load(now.lang, () => state.get().lang === now.lang);
  if (state.differs(now, before, 'lang', 'release')) await catalog.load();
  else catalog.repair();
  frame.paint(state.get());
  await views.paint(state.get(), before);
}

/** The server may be starting, or nothing be published yet: tried again until there is something to show. */
function begin() {
  return start().catch((problem) => fail(problem, begin, { always: true }));
}

begin();
