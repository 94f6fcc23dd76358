// Browsers of January 2023 (Chromium 109, the last for Windows 7) leave out what they don't know. Where that would break a page,
// it is not written; what is merely nicer with it may be.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';

const FOLDER = new URL('../../../Sources/Endpoints/WebUI/Resources/assets/css/', import.meta.url);
/** What is newer, and the Chromium that first had it. */
const NEWER = [
  [/\b(?:color-mix|oklch|oklab|lch|lab|color)\(/, 'colour spaces', 111],
  [/(?<![\w-])(?:sin|cos|tan|atan2?|asin|acos|exp|pow|sqrt|hypot)\(/, 'arithmetic', 111],
  [/:nth-(?:last-)?child\([^)]* of /, ':nth-child(… of …)', 111],
  [/(?<!-)view-transition/, 'view transitions', 111],
  [/(?<!-)image-set\(/, 'image-set()', 113],
  [/(?<![\w-])linear\(/, 'linear()', 113],
  [/:popover-open|text-wrap|white-space-collapse/, 'popovers, text-wrap', 114],
  [/(?:animation|scroll|view)-timeline/, 'timelines', 115],
  [/subgrid/, 'subgrid', 117],
  [/@starting-style|transition-behavior|allow-discrete/, '@starting-style', 117],
  [/@scope/, '@scope', 118],
  [/\((?:from) /, 'relative colours', 119],
  [/(?<![\w-])mask(?:-image)?:/, 'mask without a prefix', 120],
  [/:dir\(/, ':dir()', 120],
  [/light-dark\(|field-sizing/, 'light-dark(), field-sizing', 123],
  [/(?<![\w-])(?:round|mod|rem)\(/, 'round()', 125],
  [/anchor-name|position-anchor|position-area|(?<![\w-])anchor\(/, 'anchors', 125],
  [/interpolate-size|calc-size\(|::details-content/, 'sizes that move', 129],
];

/** @param {string} css without comments and strings */
function plain(css) {
  return css.replace(/\/\*[^]*?\*\//g, '').replace(/"[^"]*"|'[^']*'/g, '""');
}

/** Rules within rules (Chromium 112). @param {string} css */
function nested(css) {
  const found = [];
  /** @type {string[]} */
  const open = [];
  for (const [, head, mark] of css.matchAll(/([^{};]*)([{};])/g)) {
    if (mark === '}') open.pop();
    if (mark !== '{') continue;
    if (open.some((each) => !each.startsWith('@'))) found.push(head.trim());
    open.push(head.trim());
  }
  return found;
}

/** @param {string} css */
function newer(css) {
  const given = plain(css);
  const found = NEWER.filter(([pattern]) => /** @type {RegExp} */ (pattern).test(given)).map(([, name, since]) => `${name} (${since})`);
  return [...found, ...nested(given).map((each) => `a rule within a rule (112): ${each}`)];
}

test('no style sheet needs a browser newer than Chromium 109', () => {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.css'));
  assert.ok(files.length > 5);
  for (const name of files) assert.deepEqual(newer(readFileSync(new URL(name, FOLDER), 'utf8')), [], name);
});

test('what is newer is found, and what only looks like it is not', () => {
  assert.deepEqual(newer('@media (min-width: 9px) { .a { margin: 0; } } /* subgrid */ .b::after { content: "@scope"; --mask: 0; --round: 1; }'), []);
  assert.deepEqual(newer('.a { margin: 0; .b { margin: 1px; } }'), ['a rule within a rule (112): .b']);
  assert.deepEqual(newer('.a { color: rgb(from red r g b); } .b { width: round(1px, 2px); }'), ['relative colours (119)', 'round() (125)']);
  assert.deepEqual(newer('@keyframes x { from { top: 0; } } .a { width: calc((1px + 2px) * 2); background: linear-gradient(red, blue); }'), []);
});
