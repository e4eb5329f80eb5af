// @ts-check
/** Says what is going on: work that takes a while, what failed, and what a screen reader must hear. */
import { byId } from './dom.js';
import { t } from './i18n.js';

/** @type {number | undefined} */
let timer;
/** What waits for the server to come back; many parts may fail within one message. @type {Set<() => void>} */
const waiting = new Set();

/** @param {boolean} now */
export function busy(now) {
  document.body.classList.toggle('busy', now);
}

/** When something was said last. */
let saidAt = -Infinity;

/** Heard, not seen. What is said within a second stands together: the later does not cut the earlier off. @param {string} sentence */
export function announce(sentence) {
  const place = byId('announce');
  const now = performance.now();
  const joins = now - saidAt < 1000 && place.textContent !== '' && place.textContent.length < 300 && !place.textContent.includes(sentence);
  place.textContent = joins ? `${place.textContent} ${sentence}` : sentence;
  saidAt = now;
}

/**
 * Shows what failed; what was given up on purpose is no failure.
 * @param {any} problem @param {() => void} [again] tried some seconds later when the server was out of reach; equal ones once
 */
export function fail(problem, again) {
  if (problem?.name === 'AbortError') return;
  const status = byId('status');
  status.textContent = problem?.offline ? t('offline') : t('failed', { reason: problem?.message ?? String(problem) });
  status.hidden = false;
  if (problem?.offline && again) waiting.add(again);
  window.clearTimeout(timer);
  timer = window.setTimeout(() => {
    status.hidden = true;
    const all = [...waiting];
    waiting.clear();
    for (const one of all) one();
  }, 6000);
}

/** Runs a part of the page; its failure is shown. @param {() => Promise<void> | void} work @param {() => void} [again] */
export async function attempt(work, again) {
  try {
    await work();
  } catch (problem) {
    fail(problem, again);
  }
}
