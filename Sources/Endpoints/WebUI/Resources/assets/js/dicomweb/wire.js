// A frame as it comes over a thin line: a small picture, and what it lacks (the server's WireFrame.swift).

import { coarsePlanes, nativePixels } from './planes.js';

/**
 * @typedef {import('./planes.js').Shape} Shape
 * @typedef {'preview' | 'rest' | 'whole'} Part
 * @typedef {{shape: Shape, coarse: Uint8Array, rest: Uint8Array}} WireFrame both still compressed; empty where not sent
 */

export const WIRE = 'application/vnd.jieli.frame';
const HEAD = 24;

/** Old browsers have no zlib of their own; they get native pixels. */
export const canInflate = 'DecompressionStream' in globalThis;

/** @param {Uint8Array} bytes @returns {WireFrame} */
export function parseWire(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEAD || bytes[0] !== 0x4a || bytes[1] !== 0x46 || bytes[2] !== 1) throw new Error('not a frame');
  const [coarse, rest] = [view.getUint32(16, true), view.getUint32(20, true)];
  if (bytes.length !== HEAD + coarse + rest) throw new Error('the frame is cut off');
  return {
    shape: {
      rows: view.getUint32(8, true), columns: view.getUint32(12, true), samples: bytes[4], bytes: bytes[5], step: bytes[6],
      signed: (bytes[3] & 1) !== 0, planar: (bytes[3] & 2) !== 0,
    },
    coarse: bytes.subarray(HEAD, HEAD + coarse),
    rest: bytes.subarray(HEAD + coarse),
  };
}

/**
 * Off the page's thread.
 * @param {Uint8Array} bytes zlib
 * @returns {Promise<Uint8Array>}
 */
async function inflate(bytes) {
  /** @type {any} */
  const { DecompressionStream: Inflater } = globalThis;
  const stream = new Blob([bytes]).stream().pipeThrough(new Inflater('deflate'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** A small picture that has come, and is waiting for the rest. */
export class Preview {
  /** @param {Shape} shape @param {Uint16Array[]} planes */
  constructor(shape, planes) {
    this.shape = shape;
    this.planes = planes;
  }

  /** @param {WireFrame} frame @returns {Promise<Preview>} */
  static async of({ shape, coarse }) {
    return new Preview(shape, coarsePlanes(await inflate(coarse), shape));
  }

  /** What it takes in memory. @returns {number} */
  get byteLength() {
    return this.planes.reduce((sum, plane) => sum + plane.byteLength, 0);
  }

  /** The small picture enlarged to the image's size. @returns {Uint8Array} as native pixels lie */
  enlarged() {
    return nativePixels(this.planes, this.shape, null);
  }

  /**
   * Bit for bit what the server has.
   * @param {Uint8Array} rest compressed
   * @returns {Promise<Uint8Array>}
   */
  async completed(rest) {
    return nativePixels(this.planes, this.shape, rest.length > 0 ? await inflate(rest) : null);
  }
}

/** @param {Uint8Array} bytes a whole frame @returns {Promise<Uint8Array>} native pixels */
export async function decodeWire(bytes) {
  const frame = parseWire(bytes);
  const [coarse, rest] = await Promise.all([inflate(frame.coarse), frame.rest.length > 0 ? inflate(frame.rest) : null]);
  return nativePixels(coarsePlanes(coarse, frame.shape), frame.shape, rest);
}
