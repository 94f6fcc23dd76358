// Waveforms out of the JSON model: groups of channels, and their samples in physical units (PS3.3 C.10.9).

import { number, text } from '../../dicomweb/dataset.js';
import { leadName } from './leads.js';
import { Doc } from './tags.js';
import { unitText } from './units.js';

/**
 * @typedef {import('../../dicomweb/dataset.js').DataSet} DataSet
 * @typedef {import('../../dicomweb/dataset.js').Element} Element
 *
 * @typedef {object} Channel
 * @property {string} name the lead, or what the device calls it
 * @property {string} unit mV wherever the device says a voltage, else its own unit; '' when it says none
 * @property {number} scale physical units a stored step
 * @property {number} offset physical value of a stored 0
 * @property {number} skew seconds from the group's start to this channel's first sample
 * @property {{low: number | null, high: number | null, notch: number | null}} filters Hz, as the device applied them
 *
 * @typedef {object} Group
 * @property {number} number from 1, as annotations name it
 * @property {string} label
 * @property {number} rate samples a second
 * @property {number} count samples a channel
 * @property {Channel[]} channels
 * @property {number} bits of a sample: 8, 16, 32, 64
 * @property {string} interpretation SB, UB, MB, AB, SS, US, SL, UL, SV, UV
 * @property {number | null} padding the stored value that means "no sample"
 * @property {Element | undefined} data its samples, or where they are
 */

/** What multiplies a unit of UCUM to millivolts. */
const MILLIVOLTS = new Map([['V', 1000], ['mV', 1], ['uV', 1e-3], ['µV', 1e-3], ['nV', 1e-6]]);

/** Widths that the interpretation must have (PS3.3 C.10.9.1.5). */
const BITS = new Map([['SB', 8], ['UB', 8], ['MB', 8], ['AB', 8], ['SS', 16], ['US', 16], ['SL', 32], ['UL', 32], ['SV', 64], ['UV', 64]]);

/** @param {DataSet} data @param {string} tag @returns {DataSet[]} */
export function items(data, tag) {
  const value = data[tag]?.Value;
  return Array.isArray(value) ? value.filter((item) => item !== null && typeof item === 'object') : [];
}

/** @param {string} base64 @returns {Uint8Array} */
export function bytesOf(base64) {
  const binary = atob(base64);
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at += 1) bytes[at] = binary.charCodeAt(at);
  return bytes;
}

/** @param {DataSet} definition @param {number} index @returns {Channel} */
function channelOf(definition, index) {
  const [source] = items(definition, Doc.ChannelSource);
  const [units] = items(definition, Doc.SensitivityUnits);
  const written = units ? text(units, Doc.CodeValue) || text(units, Doc.CodeMeaning) : '';
  const volts = MILLIVOLTS.get(written);
  const factor = volts ?? 1;
  const sensitivity = number(definition, Doc.Sensitivity);
  return {
    name: leadName(source ?? {}, text(definition, Doc.ChannelLabel)) || `${index + 1}`,
    unit: volts ? 'mV' : sensitivity === null || !units ? '' : unitText(units),
    scale: (sensitivity ?? 1) * (number(definition, Doc.SensitivityCorrection) ?? 1) * factor,
    offset: (number(definition, Doc.ChannelBaseline) ?? 0) * factor,
    skew: number(definition, Doc.TimeSkew) ?? 0,
    filters: { low: number(definition, Doc.FilterLow), high: number(definition, Doc.FilterHigh), notch: number(definition, Doc.FilterNotch) },
  };
}

/**
 * The groups that can be drawn; one whose description contradicts itself is left out.
 * @param {DataSet} data an instance
 * @returns {Group[]}
 */
export function groupsOf(data) {
  /** @type {Group[]} */
  const groups = [];
  items(data, Doc.WaveformSequence).forEach((item, index) => {
    const rate = number(item, Doc.SamplingFrequency) ?? 0;
    const count = number(item, Doc.SampleCount) ?? 0;
    const definitions = items(item, Doc.ChannelDefinition);
    const interpretation = text(item, Doc.Interpretation).trim().toUpperCase() || 'SS';
    const bits = number(item, Doc.BitsAllocated) ?? BITS.get(interpretation) ?? 0;
    const isSound = rate > 0 && count > 0 && definitions.length > 0 && BITS.get(interpretation) === bits
      && (number(item, Doc.ChannelCount) ?? definitions.length) === definitions.length;
    if (!isSound) return;
    const channels = definitions.map(channelOf);
    definitions.forEach((definition, at) => { channels[at].skew += (number(definition, Doc.SampleSkew) ?? 0) / rate; });
    groups.push({
      number: index + 1, label: text(item, Doc.MultiplexGroupLabel), rate, count, channels, bits, interpretation,
      padding: paddingOf(item[Doc.Padding], interpretation), data: item[Doc.WaveformData],
    });
  });
  return groups;
}

/** @param {Element | undefined} element @param {string} interpretation @returns {number | null} */
function paddingOf(element, interpretation) {
  if (!element) return null;
  if (element.Value && element.Value.length > 0) return Number(element.Value[0]);
  if (!element.InlineBinary) return null;
  const bytes = bytesOf(element.InlineBinary);
  const width = (BITS.get(interpretation) ?? 0) / 8;
  return bytes.length >= width && width > 0 ? storedReader(bytes, interpretation)(0) : null;
}

/**
 * ITU-T G.711 µ-law, as 14 bits.
 * @param {number} byte @returns {number}
 */
export function fromMuLaw(byte) {
  const code = ~byte & 0xff;
  const magnitude = ((((code & 0x0f) << 1) + 33) << ((code >> 4) & 7)) - 33;
  return code & 0x80 ? -magnitude : magnitude;
}

/**
 * ITU-T G.711 A-law, as 13 bits.
 * @param {number} byte @returns {number}
 */
export function fromALaw(byte) {
  const code = byte ^ 0x55;
  const segment = (code >> 4) & 7;
  const mantissa = ((code & 0x0f) << 1) + 1;
  const magnitude = segment === 0 ? mantissa : (mantissa + 32) << (segment - 1);
  return code & 0x80 ? magnitude : -magnitude;
}

/**
 * Reads the stored value at a place, little endian.
 * @param {Uint8Array} bytes @param {string} interpretation
 * @returns {(index: number) => number}
 */
function storedReader(bytes, interpretation) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (interpretation) {
    case 'SB': return (index) => view.getInt8(index);
    case 'UB': return (index) => bytes[index];
    case 'MB': return (index) => fromMuLaw(bytes[index]);
    case 'AB': return (index) => fromALaw(bytes[index]);
    case 'SS': return (index) => view.getInt16(index * 2, true);
    case 'US': return (index) => view.getUint16(index * 2, true);
    case 'SL': return (index) => view.getInt32(index * 4, true);
    case 'UL': return (index) => view.getUint32(index * 4, true);
    case 'SV': return (index) => Number(view.getBigInt64(index * 8, true));
    case 'UV': return (index) => Number(view.getBigUint64(index * 8, true));
    default: throw new Error(`waveform samples of kind ${interpretation} are not understood`);
  }
}

/** The samples of a group, read as they are wanted: a day of them is not held twice. */
export class Samples {
  /** @param {Group} group @param {Uint8Array} bytes channels interleaved */
  constructor(group, bytes) {
    this.group = group;
    const width = (group.bits / 8) * group.channels.length;
    /** Samples a channel that are really there. */
    this.count = Math.min(group.count, Math.floor(bytes.length / width));
    /** Fewer than the object says. */
    this.isShort = this.count < group.count;
    this.stored = storedReader(bytes, group.interpretation);
  }

  /**
   * Physical values; NaN where there is no sample.
   * @param {number} channel @param {number} from @param {number} to excluded
   * @returns {Float64Array}
   */
  values(channel, from, to) {
    const { group } = this;
    const { scale, offset } = group.channels[channel];
    const values = new Float64Array(Math.max(0, to - from)).fill(NaN);
    const first = Math.max(0, from);
    const last = Math.min(this.count, to);
    for (let at = first; at < last; at += 1) {
      const stored = this.stored(at * group.channels.length + channel);
      if (stored !== group.padding) values[at - from] = stored * scale + offset;
    }
    return values;
  }
}
