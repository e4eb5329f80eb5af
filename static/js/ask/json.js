// @ts-check
/** Where a text stops being JSON: browsers do not agree whether they tell. */

const TOKEN = /\s*(?:([{}[\],:])|("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?|true|false|null)/y;

const SPACE = /\s*/y;

/**
 * What may stand where: v a value, e a value or the end of an empty list, k a key, K a key or the end of an empty object.
 * @param {string} text @returns {number} of the first letter that does not fit, the length where more should come, -1 when all is well
 */
export function stopOf(text) {
  /** What is open, from the outside. @type {string[]} */
  const open = [];
  let want = 'v';
  for (let at = 0; ; at = TOKEN.lastIndex) {
    SPACE.lastIndex = at;
    const from = at + (SPACE.exec(text)?.[0].length ?? 0);
    if (from === text.length) return want === 'end' ? -1 : from;
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text);
    const next = token && step(token[1] ?? (token[2] ? '"' : '0'), want, open);
    if (!next) return from;
    want = next;
  }
}

/** @param {string} kind of a token: a mark, `"` for text, `0` for another value @param {string} want @param {string[]} open @returns {string | null} what may come next; null when the token does not fit */
function step(kind, want, open) {
  const after = () => (open.length ? 'more' : 'end');
  if (want === 'k' || want === 'K') {
    if (kind === '"') return ':';
    if (want === 'K' && kind === '}') { open.pop(); return after(); }
    return null;
  }
  if (want === ':') return kind === ':' ? 'v' : null;
  if (want === 'v' || want === 'e') {
    if (kind === '{') { open.push('{'); return 'K'; }
    if (kind === '[') { open.push('['); return 'e'; }
    if (kind === '"' || kind === '0') return after();
    if (want === 'e' && kind === ']') { open.pop(); return after(); }
    return null;
  }
  if (want !== 'more') return null;
  const inside = open[open.length - 1];
  if (kind === ',') return inside === '{' ? 'k' : 'v';
  if (kind !== (inside === '{' ? '}' : ']')) return null;
  open.pop();
  return after();
}
