import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mediaTypeParameter, parseMultipart } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/dicomweb/multipart.js';

/** @param {...(string | number[])} pieces */
function bytes(...pieces) {
  const encoder = new TextEncoder();
  return Uint8Array.from(pieces.flatMap((piece) => (typeof piece === 'string' ? [...encoder.encode(piece)] : piece)));
}

test('reads quoted and bare parameters of a media type', () => {
  const type = 'multipart/related; type="application/octet-stream"; Boundary=a_b;start="x\\"y"';
  assert.equal(mediaTypeParameter(type, 'boundary'), 'a_b');
  assert.equal(mediaTypeParameter(type, 'type'), 'application/octet-stream');
  assert.equal(mediaTypeParameter(type, 'start'), 'x"y');
  assert.equal(mediaTypeParameter(type, 'charset'), null);
});

test('takes two parts apart, with pixels that end in line feeds', () => {
  const body = bytes(
    'preamble\r\n--xx\r\nContent-Type: application/octet-stream\r\nContent-Length: 4\r\n\r\n', [1, 2, 13, 10],
    '\r\n--xx\r\n\r\n', [10, 10], '\r\n--xx--\r\n');
  const parts = parseMultipart(body, 'multipart/related; boundary="xx"');
  assert.deepEqual(parts.map(({ body: part }) => [...part]), [[1, 2, 13, 10], [10, 10]]);
  assert.equal(parts[0].headers.get('content-type'), 'application/octet-stream');
});

test('is not cut by pixels that contain the boundary, when the part says its length', () => {
  const pixels = bytes('\r\n--xx\r\n');
  const body = bytes(`--xx\r\nContent-Length: ${pixels.length}\r\n\r\n`, [...pixels], '\r\n--xx--');
  assert.deepEqual([...parseMultipart(body, 'multipart/related; boundary=xx')[0].body], [...pixels]);
});

test('an answer that ends early is an error, not a short frame', () => {
  assert.throws(() => parseMultipart(bytes('--xx\r\n\r\n', [1, 2, 3]), 'multipart/related; boundary=xx'), /ends early/);
  assert.throws(() => parseMultipart(bytes('nothing'), 'multipart/related; boundary=xx'), /does not occur/);
  assert.throws(() => parseMultipart(bytes('--xx--'), 'multipart/related'), /no boundary/);
});
