// @ts-check
/** What the dashboard shows, in its order. `load` gives a figure, or null where the area has none. */
import * as balance from '../charts/figures/balance.js';
import * as gases from '../charts/figures/gases.js';
import * as parts from '../charts/figures/parts.js';
import * as quality from '../charts/figures/quality.js';
import * as rank from '../charts/figures/rank.js';
import * as series from '../charts/figures/series.js';
import * as tree from '../charts/figures/tree.js';
import * as about from './about.js';

/** @typedef {import('../charts/figures/questions.js').State} State */
/** @typedef {import('../charts/figures/questions.js').Ask} Ask */
/**
 * @typedef {{id: string, load: (s: State, ask: Ask, area: import('./areas.js').Area) => Promise<import('../charts/chart.js').Figure | null>,
 *   below?: (s: State, ask: Ask) => Promise<Node[]>}} Kind below: what stands under the chart
 */

/** @type {Kind[]} */
export const CARDS = [
  { id: 'series', load: series.load },
  { id: 'balance', load: balance.load },
  { id: 'tree', load: tree.load },
  { id: 'gases', load: gases.load },
  { id: 'methane', load: gases.loadMethane },
  { id: 'rank', load: rank.load },
  { id: 'parts', load: parts.load },
  { id: 'quality', load: quality.load, below: about.nodes },
];
