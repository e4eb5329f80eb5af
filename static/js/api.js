// @ts-check
/** The only module that fetches. Answers are JSON; problems become Errors a person can read. */

/** Where the page lives: `/`, or a prefix that a proxy has put before it. */
const BASE = new URL('..', import.meta.url);

/**
 * @typedef {Record<string, string | number | undefined | null>} Params empty ones are left out
 */

/** Not the question's fault: too many requests, or a server that is busy, starting or out of reach behind a proxy. */
const PASSING = [429, 502, 503, 504];

/** What an answer that is no answer becomes. `offline`: the same question may be answered later, `after` so many seconds if the server said so. */
export class Failure extends Error {
  /** @param {string} message @param {{status?: number, problem?: any, offline?: boolean, after?: number}} [facts] */
  constructor(message, facts = {}) {
    super(message);
    this.name = 'Failure';
    this.status = facts.status ?? 0;
    this.problem = facts.problem ?? null;
    this.offline = facts.offline ?? PASSING.includes(this.status);
    this.after = facts.after ?? 0;
  }
}

/**
 * @param {string} path
 * @param {Params} [params]
 * @param {AbortSignal} [signal]
 * @param {any} [area] GeoJSON: the question is sent with it
 * @returns {Promise<any>} rejects with a Failure, or with an AbortError
 */
export async function ask(path, params = {}, signal, area) {
  return (await send(path, params, signal, area)).json();
}

/** The same for what is no JSON: a table to save. @param {string} path @param {Params} params @param {AbortSignal} [signal] @param {any} [area] */
export async function askBlob(path, params, signal, area) {
  return (await send(path, params, signal, area)).blob();
}

/** @param {string} path @param {Params} params @param {AbortSignal} [signal] @param {any} [area] @returns {Promise<Response>} that is well */
async function send(path, params, signal, area) {
  const how = area ? { method: 'POST', body: JSON.stringify(area), headers: { 'Content-Type': 'application/geo+json' } } : {};
  return get(link(path, params), { signal, ...how });
}

/** @param {string} address @param {RequestInit} how @returns {Promise<Response>} that is well */
async function get(address, how) {
  const response = await fetch(address, how).catch((reason) => {
    throw reason?.name === 'AbortError' ? reason : new Failure(String(reason?.message ?? reason), { offline: true });
  });
  if (response.ok) return response;
  const problem = await response.json().catch(() => null);
  const after = Number(response.headers.get('Retry-After')) || 0;
  throw new Failure(problem?.detail ?? `${response.status} ${response.statusText}`, { status: response.status, problem, after });
}

/** A picture of the server. @param {string} address by link or template @param {AbortSignal} [signal] @returns {Promise<ImageBitmap>} */
export async function picture(address, signal) {
  return createImageBitmap(await (await get(address, { signal })).blob());
}

/** @param {string} path from the root of the server, as the documents have it @param {Params} [params] @returns {string} absolute */
export function link(path, params = {}) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    if (value !== undefined && value !== null && value !== '' && !Number.isNaN(value)) query.set(name, String(value));
  }
  const text = query.toString();
  const address = new URL(path.replace(/^\//, ''), BASE).href;
  return text ? `${address}?${text}` : address;
}

/** An address with places to fill in, as tile sources want it. @param {string} path @param {Params} params */
export function template(path, params) {
  return link(path, params).replace(/%7B/g, '{').replace(/%7D/g, '}');
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
  return { year: s.year, sector: s.sector, gwp: s.gas === 'co2e' ? s.gwp : undefined, minus: s.minus };
}

/** @param {import('./state.js').State} s */
export function layerName(s) {
  return `${s.flow}-${s.gas}`;
}
