// A stack of slices as a volume, with the stacks that were computed from it.

import { automaticWindow } from '../window.js';
import { ComputedSource } from './computed-source.js';
import { gridOf } from './grid.js';
import { HeldSlices } from './held-slices.js';
import { reformatOf } from './reformat.js';
import { computedFrames } from './computed-frames.js';
import { surveyOf } from './survey.js';

/**
 * @typedef {import('../frame-loader.js').Stack} Stack
 * @typedef {import('../frame-loader.js').FrameSource} FrameSource
 * @typedef {import('./survey.js').Survey} Survey
 * @typedef {import('./survey.js').Obstacle} Obstacle
 * @typedef {import('./reformat.js').Direction} Direction
 * @typedef {import('./reformat.js').Reformat} Reformat
 * @typedef {import('./resample.js').Projection} Projection
 * @typedef {{projection: Projection, thickness: number} | null} SlabChoice mm; null: a plane without thickness
 * @typedef {Stack & {base: Stack, source: ComputedSource, reformat: Reformat, slab: SlabChoice}} ComputedStack
 */

export class Volume {
  /**
   * @param {Stack} base
   * @param {Survey} survey
   * @param {FrameSource} wire
   */
  constructor(base, survey, wire) {
    this.base = base;
    this.survey = survey;
    this.grid = gridOf(survey);
    this.slices = new HeldSlices(wire, base, survey.indices);
    this.source = new ComputedSource(this, wire);
    /** @type {Map<Direction, ComputedStack>} */
    this.stacks = new Map();
  }

  /**
   * The volume around a frame of a stack.
   * @param {Stack} base @param {number} index @param {FrameSource} wire
   * @returns {Volume | Obstacle}
   */
  static of(base, index, wire) {
    const survey = surveyOf(base.frames, index);
    return typeof survey === 'string' ? survey : new Volume(base, survey, wire);
  }

  /**
   * The planes of a direction, as a stack to show.
   * @param {Direction} direction
   * @param {string} name what the direction is called
   * @returns {ComputedStack}
   */
  stack(direction, name) {
    const known = this.stacks.get(direction);
    if (known) return known;
    const { base } = this;
    const reformat = reformatOf(this.grid, direction);
    /** @type {ComputedStack} */
    const stack = {
      ...base, uid: `${base.uid}/${direction}`, base, source: this.source, reformat, slab: null, notes: [],
      series: { ...base.series, description: [base.series.description, name].filter(Boolean).join(' · ') },
      frames: computedFrames(this, reformat, null),
    };
    this.stacks.set(direction, stack);
    return stack;
  }

  /**
   * The frame of the stack that a plane of its own direction lies on, and the other way round.
   * @param {number} plane
   * @returns {number}
   */
  sliceAt(plane) {
    const { indices } = this.survey;
    return indices[this.grid.isReversed ? indices.length - 1 - plane : plane];
  }

  /** @param {number} frame @returns {number} */
  planeOfSlice(frame) {
    const { indices } = this.survey;
    const at = Math.max(0, indices.indexOf(frame));
    return this.grid.isReversed ? indices.length - 1 - at : at;
  }

  /** @param {ComputedStack} stack @param {SlabChoice} slab */
  setSlab(stack, slab) {
    stack.slab = slab;
    stack.frames = computedFrames(this, stack.reformat, slab);
    if (this.slices.isComplete) this.lendWindows();
    this.source.forget(stack);
  }

  /** Where the slices bring no window, all planes have the one that suits the slice in the middle: none flickers. */
  lendWindows() {
    const slice = this.survey.indices.length >> 1;
    const frame = this.base.frames[this.survey.indices[slice]];
    const loaded = this.slices.held[slice];
    if (frame.windows.length > 0 || loaded?.kind !== 'grey') return;
    const window = automaticWindow(loaded.words, frame);
    for (const { frames } of this.stacks.values()) for (const each of frames) each.windows = [window];
  }
}
