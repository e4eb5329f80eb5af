// @ts-check
/** What a ranking says in plain words, and Lorenz's curve as a small picture. */
import { el, svg } from '../dom.js';
import { number, percent } from '../format.js';
import { t } from '../i18n.js';

/** How few make up how much. @param {any} totals @param {string} kind */
export function fewest(totals, kind) {
  const set = totals.set;
  return t(`rank_few_${kind}`, {
    count: set.count, few: number(set.count), all: number(totals.members), part: percent(set.member_share), share: percent(set.explains),
  });
}

/** Gini's index in words. @param {any} totals @returns {string} */
export function uneven(totals) {
  const { gini } = totals;
  if (typeof gini !== 'number') return t('rank_no_gini');
  const how = gini < 0.25 ? 'rank_even' : gini < 0.5 ? 'rank_uneven' : gini < 0.75 ? 'rank_strong' : 'rank_extreme';
  return t('rank_gini', { gini: number(gini), how: t(how) });
}

/** What the curve says of its upper tenth. @param {number[][]} curve from the smallest on @returns {string | null} */
export function topTenth(curve) {
  const before = shareAt(curve, 0.9);
  return before === null ? null : t('rank_top_tenth', { share: percent(1 - before) });
}

/** @param {number[][]} curve @param {number} members 0..1 @returns {number | null} the share of mass that so many of the smallest hold */
export function shareAt(curve, members) {
  for (let i = 1; i < (curve?.length ?? 0); i += 1) {
    const [[x0, y0], [x1, y1]] = [curve[i - 1], curve[i]];
    if (members <= x1) return x1 === x0 ? y1 : y0 + ((members - x0) / (x1 - x0)) * (y1 - y0);
  }
  return null;
}

/** @param {any} totals @returns {Node | null} */
export function lorenz(totals) {
  const curve = totals.lorenz;
  if (!curve?.length) return null;
  const size = 96;
  const at = (/** @type {number[]} */ p) => `${(4 + p[0] * (size - 8)).toFixed(1)} ${(size - 4 - p[1] * (size - 8)).toFixed(1)}`;
  const path = curve.map((/** @type {number[]} */ p, /** @type {number} */ i) => `${i ? 'L' : 'M'}${at(p)}`).join('');
  const split = 1 - (totals.set?.member_share ?? 0);
  return el('figure', { className: 'lorenz' }, svg('svg', { viewBox: `0 0 ${size} ${size}`, role: 'img', 'aria-label': t('rank_lorenz') },
    svg('path', { d: `${path}L${at([1, 0])}Z`, class: 'band' }),
    svg('path', { d: `M${at([0, 0])}L${at([1, 1])}`, class: 'even' }),
    svg('path', { d: path, class: 'trace' }),
    svg('circle', { cx: 4 + split * (size - 8), cy: size - 4 - (shareAt(curve, split) ?? 0) * (size - 8), r: 3.5, class: 'now' })),
  el('figcaption', {}, t('rank_lorenz')));
}
