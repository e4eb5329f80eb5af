// @ts-check
/** Says what is going on: work that takes a while, what failed, and what a screen reader must hear. */
import { byId } from './dom.js';
import { t } from './i18n.js';

/** Seconds until what failed is tried again; the server may ask for more. */
const REST_S = 6;
const MOST_S = 60;

/** @type {number | undefined} */
let timer;
/** How often something failed. */
let failures = 0;
/** What waits for the server to come back; many parts may fail within one message. @type {Set<() => any>} */
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
 * @param {any} problem
 * @param {() => any} [again] tried some seconds later when the server could not answer; equal ones once. The message stays until it is well.
 * @param {{always?: boolean}} [how] always: tried again whatever failed
 */
export function fail(problem, again, how = {}) {
  if (problem?.name === 'AbortError') return;
  failures += 1;
  const status = byId('status');
  const sentence = problem?.offline ? t('offline') : t('failed', { reason: problem?.message ?? String(problem) });
  if (status.textContent !== sentence || status.hidden) status.textContent = sentence; // the same one is not read aloud with every try
  status.hidden = false;
  if (again && (problem?.offline || how.always)) waiting.add(again);
  window.clearTimeout(timer);
  timer = window.setTimeout(retry, 1000 * Math.min(MOST_S, Math.max(REST_S, problem?.after ?? 0)));
}

async function retry() {
  const before = failures;
  const all = [...waiting];
  waiting.clear();
  await Promise.allSettled(all.map(async (again) => again()));
  if (failures === before) byId('status').hidden = true;
}

/** Runs a part of the page; its failure is shown. @param {() => Promise<void> | void} work @param {() => any} [again] */
export async function attempt(work, again) {
  try {
    await work();
  } catch (problem) {
    fail(problem, again);
  }
}
