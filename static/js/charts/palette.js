// @ts-check
/**
 * Colours that stay: a sector has its family's colour in every chart, a gas and a status theirs. After Okabe and Ito, with
 * more that were searched for so that any two families differ for every kind of colour vision (a test measures it). Pure, no DOM.
 */

/** Families of sectors by home code, each a hue; the longest code that begins a sector's code is its family. */
const FAMILIES = {
  1: ['#3d6f8e', '#7fb0cf'],
  3: ['#6b8e23', '#a5c45c'],
  '1.A.1': ['#0072b2', '#4aa3df'],
  '1.A.2': ['#56b4e9', '#8fd0f5'],
  '1.A.3': ['#e69f00', '#f0b432'],
  '1.A.4': ['#d55e00', '#f0803a'],
  '1.A.5': ['#72582e', '#ad7e55'],
  '1.B': ['#f0e442', '#f0e442'],
  '1.C': ['#6f6f6f', '#a5a5a5'],
  2: ['#cc79a7', '#df97be'],
  '3.A': ['#971f64', '#b9265a'],
  '3.B': ['#009e73', '#2fc89b'],
  '3.C': ['#99ba72', '#acc478'],
  '3.D': ['#44aa99', '#72ccbd'],
  4: ['#363b42', '#727f82'],
  5: ['#5c27e7', '#a05cec'],
};
const OTHERS = {
  CO2: ['#44546a', '#93a7bf'],
  CH4: ['#aa4499', '#d279c4'],
  N2O: ['#c9a227', '#e0c057'],
  'F-gases': ['#2a8c82', '#5fc4ba'],
  emission: ['#b5344f', '#f0708a'],
  removal: ['#1b7837', '#62c081'],
  net: ['#14222a', '#e6edf0'],
  plain: ['#7fb3c0', '#3d7f90'],
  marked: ['#0b6a80', '#5cc3d8'],
  strong: ['#0b4f60', '#7fdcef'],
  good: ['#2f8aa0', '#46a9c2'],
  fair: ['#8cc3cf', '#2f7486'],
  weak: ['#e0b04a', '#c99a35'],
  poor: ['#c96f2c', '#e08a4a'],
  none: ['#9aa7ad', '#74838b'],
};
/** How far the members of a family are mixed with white (above 0) or black. */
const TONES = [0, 0.38, -0.3, 0.6, -0.5, 0.2, -0.15];

/** Patterns, told apart without colour, in the order of the families and again for the rest. */
const PATTERNS = [
  { symbol: 'rect', dashArrayX: [1, 0], dashArrayY: [2, 5], rotation: Math.PI / 4 },
  { symbol: 'circle', dashArrayX: [[8, 8], [0, 8, 8, 0]], dashArrayY: [6, 0], symbolSize: 0.7 },
  { symbol: 'rect', dashArrayX: [1, 0], dashArrayY: [2, 5], rotation: -Math.PI / 4 },
  { symbol: 'rect', dashArrayX: [1, 0], dashArrayY: [3, 6], rotation: 0 },
  { symbol: 'rect', dashArrayX: [1, 0], dashArrayY: [2, 4], rotation: Math.PI / 2 },
  { symbol: 'triangle', dashArrayX: [[9, 9], [0, 9, 9, 0]], dashArrayY: [7, 2], symbolSize: 0.8 },
  null,
];

/** @param {string} code with its scheme @returns {string} its family's code, or the code's first part */
export function family(code) {
  const bare = code.split(':').at(-1) ?? '';
  const found = Object.keys(FAMILIES).filter((known) => bare === known || bare.startsWith(`${known}.`));
  return found.sort((a, b) => b.length - a.length)[0] ?? bare.split('.')[0];
}

/** @param {string} paint a family, a gas, a flow or a status @param {number} tone 0, 1, 2: members of a family @param {boolean} dark @returns {string} #rrggbb */
export function colour(paint, tone, dark) {
  const pair = /** @type {any} */ (FAMILIES)[paint] ?? /** @type {any} */ (OTHERS)[paint] ?? OTHERS.none;
  return mix(pair[dark ? 1 : 0], TONES[tone % TONES.length]);
}

/** @param {string} hex @param {number} by -1 black, 1 white */
function mix(hex, by) {
  const target = by > 0 ? 255 : 0;
  const channels = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
  return `#${channels.map((c) => Math.round(c + (target - c) * Math.abs(by)).toString(16).padStart(2, '0')).join('')}`;
}

/** @param {string} hex @returns {string} the colour of letters that are read on it */
export function letters(hex) {
  const [r, g, b] = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.2 ? '#0e171b' : '#ffffff';
}

/** @param {string} paint @param {number} tone @param {boolean} dark @returns {any} a decal of ECharts, or none */
export function pattern(paint, tone, dark) {
  const order = [...Object.keys(FAMILIES), ...Object.keys(OTHERS)].indexOf(paint);
  const decal = PATTERNS[(Math.max(0, order) + tone) % PATTERNS.length];
  return decal && { ...decal, color: dark ? 'rgba(0,0,0,.45)' : 'rgba(255,255,255,.6)' };
}

/** @param {string} paint @param {number} tone @returns {number} which pattern of the style sheet looks like it: 0.. */
export function patternNumber(paint, tone) {
  const order = [...Object.keys(FAMILIES), ...Object.keys(OTHERS)].indexOf(paint);
  return (Math.max(0, order) + tone) % PATTERNS.length;
}
