// @ts-check
/** Masses with the field's words for their units, in the shown language. */
import { gasName, interval, massScale, number } from '../format.js';
import { t } from '../i18n.js';

/** @typedef {{factor: number, unit: string}} Scale kt times factor is in the unit */

/** @param {(number | null | undefined)[]} values kt @returns {Scale} in which the largest reads well; the unit in words */
export function scaleFor(values) {
  const most = Math.max(0, ...values.map((value) => Math.abs(value ?? 0)));
  return massScale(most || 1);
}

/** @param {import('../state.js').State} s @returns {string} `CO₂e`, or the gas */
export function gas(s) {
  return s.gas === 'co2e' ? t('dash_co2e') : gasName(s.gas.toUpperCase());
}

/** @param {import('../state.js').State} s @returns {string} `CO₂e (AR5-100)`, or the gas */
export function weighted(s) {
  return s.gas === 'co2e' ? `${t('dash_co2e')} (${s.gwp})` : gas(s);
}

/** @param {Scale} scale @param {import('../state.js').State} s @returns {string} `kt CO₂e (AR5-100)` */
export function unitText(scale, s) {
  return `${scale.unit}\u00a0${weighted(s)}`;
}

/** @param {number | null | undefined} kt @returns {string} with its unit */
export function massText(kt) {
  if (typeof kt !== 'number') return t('dash_missing');
  const scale = scaleFor([kt]);
  return `${number(kt * scale.factor)}\u00a0${scale.unit}`;
}

/** @param {{lo?: number | null, hi?: number | null} | null | undefined} row @param {number} factor @returns {string} `1 – 2 (95 %)` or words */
export function range(row, factor) {
  return interval(row, { factor });
}
