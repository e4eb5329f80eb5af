// @ts-check
/** The only module that touches ECharts; the library is asked for when the first picture is drawn. */
import { announce, fail } from '../status.js';
import * as state from '../state.js';
import { options } from './options/all.js';
import { room } from './options/tree.js';
import { ends } from './sectors.js';

/** @typedef {{dark: boolean, still: boolean, patterns: boolean, size: number, font: string, width: number, ink: string, soft: string, line: string, paper: string, accent: string, slender?: Set<string>}} Look
 *   slender: codes of rectangles that have no room for their number */

/** @type {Promise<any> | undefined} */
let library;
/** @type {Map<HTMLElement, {instance: any, figure: import('./chart.js').Figure, how: How, at: number, finished?: Promise<void>}>} */
const plots = new Map();
/** @typedef {{patterns: boolean, still: boolean}} How */

async function echarts() {
  // @ts-ignore: built by scripts/page-libraries
  library ??= import('../../vendor/echarts.js').catch((problem) => {
    library = undefined;
    throw problem;
  });
  return library;
}

const dark = globalThis.matchMedia?.('(prefers-color-scheme: dark)');
dark?.addEventListener('change', () => {
  for (const [element, { figure, how }] of plots) draw(element, figure, how);
});
const sizes = globalThis.ResizeObserver && new ResizeObserver((entries) => {
  for (const entry of entries) resize(/** @type {HTMLElement} */ (entry.target));
});

/** @param {HTMLElement} element */
function resize(element) {
  const known = plots.get(element);
  if (!known || !element.clientWidth || !element.clientHeight) return;
  if (element.dataset.drawn === 'later') {
    draw(element, known.figure, known.how);
    return;
  }
  if (!known.instance) return;
  known.instance.resize({ animation: { duration: 0 } });
  known.instance.setOption(options(known.figure, look(element, known.how)));
  spareLabels(element, known);
}

/** A number that was cut would be another number: rectangles that are too slender for theirs say nothing. @param {HTMLElement} element @param {any} known */
function spareLabels(element, known) {
  if (known.figure.kind !== 'tree') return;
  const seen = look(element, known.how);
  /** @type {Set<string>} */
  const slender = new Set();
  known.instance.getModel().getSeriesByIndex(0).getData().tree.root.eachNode((/** @type {any} */ node) => {
    if (node.getLayout()?.width < room(known.figure, node.getValue(), seen)) slender.add(node.getId());
  });
  known.instance.setOption(options(known.figure, { ...seen, slender }));
}

/** @param {HTMLElement} element @param {How} how @returns {Look} */
function look(element, how) {
  const css = getComputedStyle(element);
  const value = (/** @type {string} */ name) => css.getPropertyValue(name).trim();
  return {
    ...how,
    dark: Boolean(dark?.matches) && css.colorScheme !== 'light', // paper is light at night too
    still: how.still || matchMedia('(prefers-reduced-motion: reduce)').matches,
    size: Number.parseFloat(css.fontSize), font: css.fontFamily, width: element.clientWidth,
    ink: value('--ink'), soft: value('--soft'), line: value('--line'), paper: value('--paper'), accent: value('--accent'),
  };
}

/** Draws a figure, or changes the one that is there into it; ends when it has, and on paper when nothing moves any more. @param {HTMLElement} element @param {import('./chart.js').Figure} figure @param {How} how */
export async function draw(element, figure, how) {
  const known = plots.get(element);
  plots.set(element, { instance: known?.instance, figure, how, at: -1 });
  element.setAttribute('role', 'img');
  element.setAttribute('aria-label', figure.describe);
  element.tabIndex = how.still ? -1 : 0;
  element.style.setProperty('--rows', String(figure.items?.length ?? (figure.kind === 'shares' ? figure.x?.length : 0) ?? 0));
  element.dataset.kind = figure.kind;
  try {
    const { init } = await echarts();
    const now = plots.get(element);
    if (!now || now.figure !== figure) return; // forgotten, or another figure came meanwhile
    await laidOut(element);
    if (plots.get(element)?.figure !== figure) return;
    if (!element.clientWidth) { // in a card that is hidden: drawn when it is seen
      element.dataset.drawn = 'later';
      sizes?.observe(element);
      return;
    }
    if (!now.instance) start(element, now, init);
    now.instance.setOption(options(figure, look(element, how)), { replaceMerge: ['series', 'xAxis', 'yAxis', 'grid'] });
    now.instance.resize({ animation: { duration: 0 } });
    spareLabels(element, now);
    element.dataset.drawn = figure.id;
    if (how.still) await now.finished;
  } catch (problem) {
    fail(problem);
  }
}

/** An element has its size when it is in the page and its style sheet is there. @param {HTMLElement} element */
async function laidOut(element) {
  for (let tries = 0; tries < 25 && !(element.clientWidth && element.clientHeight); tries += 1) {
    await new Promise((next) => setTimeout(next, 20));
  }
}

/** @param {HTMLElement} element @param {any} known @param {any} init */
function start(element, known, init) {
  known.instance = init(element, null, { renderer: 'svg' });
  // A picture that has a viewBox can be made to fit a sheet of paper by its style sheet.
  known.finished = new Promise((done) => {
    known.instance.on('finished', () => {
      element.querySelector('svg')?.setAttribute('viewBox', `0 0 ${known.instance.getWidth()} ${known.instance.getHeight()}`);
      done(undefined);
    });
  });
  known.instance.on('click', (/** @type {any} */ event) => {
    go((plots.get(element) ?? known).figure, event.data?.code ?? event.seriesId);
  });
  sizes?.observe(element);
  if (!element.dataset.keys) {
    element.dataset.keys = '1';
    element.addEventListener('keydown', step);
    element.addEventListener('blur', () => plots.get(element)?.instance?.dispatchAction({ type: 'hideTip' }));
  }
}

/** Where a part leads, if anywhere. @param {import('./chart.js').Figure} figure @param {string | undefined} code */
function go(figure, code) {
  const address = code && figure.links?.(code);
  if (address) state.follow(address);
}

/** Arrow keys walk along the axis or from rectangle to rectangle: the tip is shown, and said; Enter goes there. @param {KeyboardEvent} event */
function step(event) {
  const element = /** @type {HTMLElement} */ (event.currentTarget);
  const known = plots.get(element);
  const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (!known?.instance) return;
  const { figure } = known;
  const nodes = figure.nodes ? ends(figure.nodes) : null;
  if (event.key === 'Enter' && known.at >= 0) return go(figure, nodes?.[known.at]?.code ?? figure.items?.[known.at]?.id);
  const count = (nodes ?? figure.items ?? figure.x ?? []).length;
  if (!by || !count) return;
  event.preventDefault();
  known.at = known.at < 0 ? (by > 0 ? 0 : count - 1) : (known.at + by + count) % count;
  known.instance.dispatchAction({ type: 'showTip', seriesIndex: 0, ...(nodes ? { name: nodes[known.at].name } : { dataIndex: known.at }) });
  setTimeout(() => announce(/** @type {HTMLElement | null} */ (element.querySelector('.chart-tip'))?.innerText.replaceAll('\n', ', ') ?? ''), 50);
}

/** @param {HTMLElement} element */
export function forget(element) {
  const known = plots.get(element);
  plots.delete(element);
  sizes?.unobserve(element);
  known?.instance?.dispose();
  delete element.dataset.drawn;
}
