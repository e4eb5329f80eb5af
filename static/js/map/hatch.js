// @ts-check
/** Strokes for areas without a value, as a pattern to fill with: seen apart from every class, without colours too. */

/**
 * @param {string} ground @param {string} stroke colours @param {number} [size] of the repeated square, in pixels of the canvas
 * @returns {CanvasPattern}
 */
export function hatch(ground, stroke, size = 8) {
  const sheet = document.createElement('canvas');
  sheet.width = size;
  sheet.height = size;
  const pen = /** @type {CanvasRenderingContext2D} */ (sheet.getContext('2d'));
  pen.fillStyle = ground;
  pen.fillRect(0, 0, size, size);
  pen.strokeStyle = stroke;
  pen.lineWidth = size / 6;
  pen.beginPath();
  // Three strokes, so that the corners meet their neighbours'.
  for (const x of [-size, 0, size]) {
    pen.moveTo(x - 1, size + 1);
    pen.lineTo(x + size + 1, -1);
  }
  pen.stroke();
  return /** @type {CanvasPattern} */ (pen.createPattern(sheet, 'repeat'));
}
