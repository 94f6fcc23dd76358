// Bytes and words of elements: inline, as numbers, or fetched before.

/** @typedef {import('./dataset.js').Element & {Bytes?: Uint8Array}} Element `Bytes`: what its BulkDataURI led to */

/** @param {Element | undefined} element @returns {Uint8Array | null} little endian; null while it is only an address */
export function bytesOf(element) {
  if (!element) return null;
  if (element.Bytes) return element.Bytes;
  if (element.InlineBinary !== undefined) {
    const text = atob(element.InlineBinary);
    const bytes = new Uint8Array(text.length);
    for (let index = 0; index < text.length; index += 1) bytes[index] = text.charCodeAt(index);
    return bytes;
  }
  if (!element.Value) return null;
  const words = Uint16Array.from(element.Value, Number);
  return new Uint8Array(words.buffer);
}

/** @param {Element | undefined} element @returns {Uint16Array | null} */
export function wordsOf(element) {
  if (element?.Value) return Uint16Array.from(element.Value, Number);
  const bytes = bytesOf(element);
  if (!bytes) return null;
  const copy = bytes.slice(0, bytes.length - (bytes.length % 2));
  return new Uint16Array(copy.buffer);
}
