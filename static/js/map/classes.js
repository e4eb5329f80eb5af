// @ts-check
/** Pure arithmetic of legends: class breaks, classes, palettes and the sizes of symbols. */

/** Reversed inferno with seven classes: dark is more. @type {string[]} */
const MORE_IS_DARK = ['#fcffa4', '#fbb61a', '#ed6925', '#bc3754', '#781c6d', '#320a5e', '#000004'];
/** Less, the middle, more: readable without red and green being told apart. @type {Record<string, string[]>} */
const TWO_SIDED = {
  change: ['#2166ac', '#67a9cf', '#d1e5f0', '#f7f7f7', '#fddbc7', '#ef8a62', '#b2182b'],
  net: ['#1b7837', '#7fbf7b', '#d9f0d3', '#f7f7f7', '#e7d4e8', '#af8dc3', '#762a83'],
};
/** Fixed for all maps, years and areas, as shares. */
export const CHANGE_BREAKS = [-0.5, -0.2, -0.05, 0.05, 0.2, 0.5];
const LEAST_ON_DARK = '#150b2e';
const MOST_CLASSES = 7;

/**
 * A short number near another: the first digits of its logarithm's decade.
 * @param {number} value @returns {number} with one digit when that is within 15 %, else with two
 */
export function short(value) {
  if (value === 0) return 0;
  const one = Number(value.toPrecision(1));
  return Math.abs(one - value) <= Math.abs(value) * 0.15 ? one : Number(value.toPrecision(2));
}

/** @param {number[]} sorted @param {number} share @returns {number} the value that this share lies below */
function quantile(sorted, share) {
  const at = share * (sorted.length - 1);
  const low = Math.floor(at);
  return sorted[low] + (at - low) * ((sorted[low + 1] ?? sorted[low]) - sorted[low]);
}

/** @param {number[]} values @param {number} count @returns {number[]} at most count - 1 breaks that rise */
function quantiles(values, count) {
  const sorted = [...values].sort((a, b) => a - b);
  const exact = Array.from({ length: count - 1 }, (_, i) => quantile(sorted, (i + 1) / count));
  const rising = (/** @type {number[]} */ breaks) => breaks.filter((b, i) => b !== 0 && (i === 0 || b > breaks[i - 1]));
  const plain = rising(exact.map(short));
  // Where values lie close together, one digit would make two classes into one.
  return plain.length === exact.length ? plain : rising(exact.map((b) => Number(b.toPrecision(2))));
}

/**
 * Classes of about as many areas each, with bounds that can be read. Values on both sides of zero
 * get bounds that mirror each other, so that a colour is as far from zero on either side.
 * @param {number[]} values what is not known is left out before
 * @returns {{breaks: number[], kind: 'sequential' | 'diverging'}}
 */
export function breaksOf(values) {
  const some = values.filter((v) => Number.isFinite(v) && v !== 0);
  if (!some.some((v) => v < 0)) return { breaks: some.length ? quantiles(some, MOST_CLASSES) : [], kind: 'sequential' };
  const sizes = quantiles(some.map(Math.abs), 4);
  return { breaks: [...sizes.map((v) => -v).reverse(), ...sizes], kind: 'diverging' };
}

/** A value at a bound is in the class above it. @param {number} value @param {number[]} breaks @returns {number} from 0 */
export function classOf(value, breaks) {
  let low = 0;
  let high = breaks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value >= breaks[middle]) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * @param {number} count of classes, at most 7
 * @param {'sequential' | 'change' | 'net'} kind
 * @param {boolean} [dark] on a dark ground light is more
 * @returns {string[]} a colour for each class
 */
export function palette(count, kind, dark = false) {
  const whole = kind === 'sequential' ? MORE_IS_DARK : TWO_SIDED[kind];
  const picked = spread(whole, count, kind !== 'sequential');
  if (!dark || kind !== 'sequential') return picked;
  // Black would be a hole in the dark ground.
  return picked.reverse().map((colour) => (colour === '#000004' ? LEAST_ON_DARK : colour));
}

/** Colours evenly from a list; of two sides the outermost and the middle stay. @param {string[]} whole @param {number} count @param {boolean} twoSided */
function spread(whole, count, twoSided) {
  if (count >= whole.length) return [...whole];
  if (twoSided) {
    const side = (count - 1) / 2;
    return [...whole.slice(0, side), whole[3], ...whole.slice(whole.length - side)];
  }
  if (count === 1) return [whole[3]];
  return Array.from({ length: count }, (_, i) => whole[Math.round((i * (whole.length - 1)) / (count - 1))]);
}

/**
 * Radius of a circle whose area is proportional to a mass.
 * @param {number} value @param {number} most a mass whose circle has the radius `largest`
 */
export function radius(value, most, largest = 26) {
  return most > 0 ? largest * Math.sqrt(Math.abs(value) / most) : 0;
}

/** Masses to show in a legend of sizes: round, the largest first. @param {number} most @returns {number[]} */
export function sizes(most) {
  if (!(most > 0)) return [];
  const decade = 10 ** Math.floor(Math.log10(most));
  const top = Number(([5, 2, 1].find((n) => n * decade <= most) ?? 1) * decade);
  return [top, top / 4, top / 20].map((v) => Number(v.toPrecision(2)));
}

/** @param {string} colour `#rrggbb` or `#rrggbbaa` @returns {[number, number, number, number]} */
export function rgba(colour) {
  const at = (/** @type {number} */ i) => parseInt(colour.slice(i, i + 2), 16);
  return [at(1), at(3), at(5), colour.length > 7 ? at(7) : 255];
}

/**
 * The colours of a legend on a dark ground: one-sided ones the other way round, so that light is more;
 * two-sided ones with a dark middle. What is faint stays as faint as it was.
 * @param {string[]} colours one for each class @param {boolean} twoSided @returns {string[]}
 */
export function onDark(colours, twoSided) {
  if (!twoSided) {
    return colours.map((colour, i) => colours[colours.length - 1 - i].slice(0, 7) + colour.slice(7));
  }
  const middle = (colours.length - 1) / 2;
  return colours.map((colour, i) => {
    if (i === middle) return `#33434b${colour.slice(7)}`;
    // Each side runs from its faint hue near the middle to its strong one, which would drown in the dark.
    const side = i < middle ? colours.slice(0, middle) : colours.slice(middle + 1).reverse();
    const far = i < middle ? i : colours.length - 1 - i;
    return side[side.length - 1 - far].slice(0, 7) + colour.slice(7);
  });
}
