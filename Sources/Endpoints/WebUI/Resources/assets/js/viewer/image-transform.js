// The way from image coordinates to the screen as a canvas transform.

/**
 * @param {import('./stack-pane.js').View} view
 * @param {number} [column] where the drawn picture's own origin lies in the image
 * @param {number} [row]
 * @returns {[number, number, number, number, number, number]}
 */
export function imageTransform(view, column = 0, row = 0) {
  const origin = view.toScreen({ column, row });
  const across = view.toScreen({ column: column + 1, row });
  const down = view.toScreen({ column, row: row + 1 });
  return [across.x - origin.x, across.y - origin.y, down.x - origin.x, down.y - origin.y, origin.x, origin.y];
}
