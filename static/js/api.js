// @ts-check
/** The only module that fetches. Answers are JSON; problems become Errors a person can read. */

/**
 * @param {string} path
 * @param {Record<string, string | number | undefined>} [params] empty ones are left out
 * @param {AbortSignal} [signal]
 * @returns {Promise<any>}
 */
export async function ask(path, params = {}, signal) {
  const response = await fetch(link(path, params), { signal });
  if (response.ok) return response.json();
  const problem = await response.json().catch(() => null);
  throw new Error(problem?.detail ?? `${response.status} ${response.statusText}`);
}

/**
 * @param {string} path
 * @param {Record<string, string | number | undefined>} params
 */
export function link(path, params) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    if (value !== undefined && value !== '') query.set(name, String(value));
  }
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}

/** @param {import('./state.js').State} s what every question about the shown state has in common */
export function common(s) {
  return {
    release: s.release,
    year: s.year,
    sector: s.sector,
    gas: s.gas.toUpperCase(),
    gwp: s.gas === 'co2e' ? s.gwp : undefined,
    flow: { emissions: 'emission', removals: 'removal', net: 'net' }[s.flow],
    lang: s.lang,
  };
}

/** @param {import('./state.js').State} s the parameters of the tiles of the shown state */
export function tileParams(s) {
  return {
    year: s.year,
    sector: s.sector,
    gwp: s.gas === 'co2e' ? s.gwp : undefined,
    minus: s.minus,
  };
}

/** @param {import('./state.js').State} s */
export function layerName(s) {
  return `${s.flow}-${s.gas}`;
}
