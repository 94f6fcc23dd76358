// What a device or a person wrote about a waveform (PS3.3 C.10.10).

import { number, numbers, text } from '../../dicomweb/dataset.js';
import { Doc } from './tags.js';
import { items } from './waveform.js';
import { unitText } from './units.js';

/**
 * @typedef {import('../../dicomweb/dataset.js').DataSet} DataSet
 * @typedef {import('./waveform.js').Group} Group
 * @typedef {{text: string, channels: string[]}} Note channels: names; none when it is about all of them
 * @typedef {{group: number, channel: number | null, from: number, to: number, text: string}} Mark seconds from the group's start;
 *   channel: its place in the group, null for all
 */

/** @param {DataSet} item @returns {string} */
function wordsOf(item) {
  const name = items(item, Doc.ConceptName)[0];
  const label = name ? text(name, Doc.CodeMeaning) || text(name, Doc.CodeValue) : '';
  const plain = text(item, Doc.UnformattedText).trim();
  if (plain) return label ? `${label}: ${plain}` : plain;
  const value = text(item, Doc.NumericValue);
  const units = items(item, Doc.Units)[0];
  if (value) return `${label ? `${label}: ` : ''}${value}${units ? ` ${unitText(units)}` : ''}`.trim();
  const code = items(item, Doc.ConceptCode)[0];
  const meaning = code ? text(code, Doc.CodeMeaning) || text(code, Doc.CodeValue) : '';
  return [label, meaning].filter(Boolean).join(': ');
}

/** @param {DataSet} item @param {Group} group @returns {number[]} seconds */
function timesOf(item, group) {
  const positions = numbers(item, Doc.SamplePositions);
  // Samples are counted from 1 (PS3.3 C.10.10.1.1).
  return positions.length > 0 ? positions.map((position) => (position - 1) / group.rate) : numbers(item, Doc.TimeOffsets);
}

/**
 * Sentences about the recording, sentences about single leads, and marks with a place in time.
 * @param {DataSet} data @param {Group[]} groups
 * @returns {{statements: string[], byLead: Note[], marks: Mark[]}}
 */
export function annotationsOf(data, groups) {
  /** @type {Set<string>} */
  const statements = new Set();
  /** @type {Note[]} */
  const byLead = [];
  /** @type {Mark[]} */
  const marks = [];
  for (const item of items(data, Doc.Annotations)) {
    const words = wordsOf(item);
    if (!words) continue;
    const referenced = numbers(item, Doc.ReferencedChannels);
    /** @type {string[]} */
    const names = [];
    let isPlaced = false;
    for (let at = 0; at + 1 < referenced.length; at += 2) {
      const group = groups.find((each) => each.number === referenced[at]);
      if (!group) continue;
      const channel = referenced[at + 1] > 0 ? referenced[at + 1] - 1 : null;
      if (channel !== null && group.channels[channel]) names.push(group.channels[channel].name);
      const times = timesOf(item, group);
      if (times.length === 0) continue;
      isPlaced = true;
      const range = text(item, Doc.TemporalRangeType);
      if (range === 'SEGMENT' || range === 'BEGIN' || range === 'END') {
        const duration = group.count / group.rate;
        const from = range === 'END' ? 0 : times[0];
        marks.push({ group: group.number, channel, from, to: range === 'BEGIN' ? duration : times[times.length - 1], text: words });
      } else {
        for (const time of times) marks.push({ group: group.number, channel, from: time, to: time, text: words });
      }
    }
    if (isPlaced) continue;
    if (names.length > 0) byLead.push({ text: words, channels: names });
    else statements.add(words);
  }
  return { statements: [...statements], byLead, marks };
}

/**
 * What the acquiring device filtered, where all channels agree; null when it does not say.
 * @param {Group} group
 * @returns {string | null}
 */
export function deviceFilters(group) {
  const written = new Set(group.channels.map(({ filters: { low, high, notch } }) => {
    const band = low === null && high === null ? '' : `${low ?? 0}–${high ?? '?'} Hz`;
    return [band, notch ? `notch ${notch} Hz` : ''].filter(Boolean).join(', ');
  }));
  const [only] = written;
  return written.size === 1 && only ? only : null;
}

/** @param {DataSet} data @returns {number | null} beats a minute, from the device's own RR interval */
export function statedRate(data) {
  for (const item of items(data, Doc.Annotations)) {
    const name = items(item, Doc.ConceptName)[0];
    if (!name || !/^RR Interval$/i.test(text(name, Doc.CodeMeaning))) continue;
    const value = number(item, Doc.NumericValue);
    const units = items(item, Doc.Units)[0];
    const perMinute = units && text(units, Doc.CodeValue) === 's' ? 60 : 60000;
    if (value && value > 0) return perMinute / value;
  }
  return null;
}
