// @ts-check
/** A card of the board: a skeleton, then a chart, or why there is none. */
import { chart, redraw } from '../charts/chart.js';
import { el } from '../dom.js';
import { t } from '../i18n.js';
import * as state from '../state.js';

export class Card {
  /** @param {import('./cards.js').Kind} kind */
  constructor(kind) {
    this.kind = kind;
    this.id = kind.id;
    this.element = el('section', { className: `card card-${kind.id}`, id: `card-${kind.id}`, tabindex: -1, 'aria-busy': 'true' }, skeleton());
    /** @type {HTMLElement | null} */
    this.chart = null;
    /** @type {import('../charts/chart.js').Figure | null} */
    this.figure = null;
    /** @type {Node[]} */
    this.under = [];
    /** @type {{figure: import('../charts/chart.js').Figure, as: string} | null} */
    this.dressed = null;
  }

  /** What is there stays until something new comes. */
  wait() {
    this.element.setAttribute('aria-busy', 'true');
  }

  /**
   * @param {import('./cards.js').State} s @param {state.State} now @param {import('./cards.js').Ask} ask
   * @param {import('./areas.js').Area} area @param {AbortSignal} signal @returns {Promise<any>} what failed, if anything
   */
  async fill(s, now, ask, area, signal) {
    try {
      const [figure, under] = await Promise.all([this.kind.load(s, ask, area), this.kind.below?.(s, ask) ?? []]);
      if (signal.aborted) return null;
      this.element.classList.toggle('absent', !figure);
      this.figure = figure;
      this.under = under;
      this.element.setAttribute('aria-busy', 'false');
      this.dress(now);
      return null;
    } catch (/** @type {any} */ problem) {
      if (signal.aborted || problem?.name === 'AbortError') return null;
      this.fail(problem, () => {
        this.element.replaceChildren(skeleton());
        this.wait();
        this.fill(s, state.get(), ask, area, signal);
      });
      return problem;
    }
  }

  /** Shows the figure that is there as a state wants it: as a table, with patterns, alone. @param {state.State} now */
  dress(now) {
    if (!this.figure) return;
    const as = [now.tables.split(',').includes(this.id), now.patterns, now.chart === this.id].join();
    if (this.dressed?.figure === this.figure && this.dressed.as === as) return;
    this.dressed = { figure: this.figure, as };
    const shown = now.tables.split(',').includes(this.id);
    const single = now.chart === this.id;
    const how = {
      table: shown, patterns: now.patterns,
      tools: [el('a', { className: 'chart-tool', 'data-tool': 'link', 'data-state': '', href: state.address({ chart: single ? '' : this.id }), 'aria-label': t(single ? 'dash_all_charts' : 'dash_link_of', { name: this.figure.title }) },
        t(single ? 'dash_all_charts' : 'dash_link'))],
      onTable: (/** @type {boolean} */ on) => state.set({ tables: toggled(state.get().tables, this.id, on) }, { replace: true }),
    };
    if (this.chart) redraw(this.chart, this.figure, how);
    else this.chart = chart(this.figure, how);
    const fine = [this.chart, ...this.under];
    if (fine.length !== this.element.childNodes.length || fine.some((node, i) => node !== this.element.childNodes[i])) this.element.replaceChildren(...fine);
  }

  /** @param {any} problem @param {() => void} again */
  fail(problem, again) {
    this.element.setAttribute('aria-busy', 'false');
    this.element.classList.remove('absent');
    this.figure = null; // the former selection's is not to come back
    this.element.replaceChildren(el('div', { className: 'trouble', role: 'group' },
      el('p', { className: 'trouble-title' }, t(problem?.offline ? 'dash_offline' : 'dash_failed')),
      el('p', { className: 'soft' }, problem?.offline ? t('dash_offline_more') : problem?.message ?? String(problem)),
      el('button', { type: 'button', className: 'button', onclick: again }, t('dash_again'))));
  }
}

/** @param {string} list of names @param {string} name @param {boolean} on @returns {string} */
export function toggled(list, name, on) {
  const names = list.split(',').filter((known) => known && known !== name);
  return [...names, ...(on ? [name] : [])].join(',');
}

function skeleton() {
  return el('div', { className: 'skeleton', 'aria-hidden': 'true' }, ...['title', 'line', 'block'].map((part) => el('span', { className: part })));
}
