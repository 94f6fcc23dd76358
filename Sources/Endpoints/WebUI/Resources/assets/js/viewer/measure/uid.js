// UIDs of our own.

/**
 * A UID from random bits (PS3.5 B.2).
 * @returns {string}
 */
export function newUID() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  let number = BigInt(0);
  for (const byte of bytes) number = number * BigInt(256) + BigInt(byte);
  return `2.25.${number}`;
}
