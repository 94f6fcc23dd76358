// The frames of a computed stack: what the rest of the viewer must know to window, measure and place them.

import { computedLabel } from './notes.js';
import { planeAt, realThickness } from './reformat.js';
import { NOTHING } from './resample.js';

/**
 * @typedef {import('../../dicomweb/image.js').Frame} Frame
 * @typedef {import('./volume.js').Volume} Volume
 * @typedef {import('./volume.js').SlabChoice} SlabChoice
 * @typedef {import('./reformat.js').Reformat} Reformat
 */

/**
 * @param {Volume} volume
 * @param {Reformat} reformat
 * @param {SlabChoice} slab
 * @returns {Frame[]}
 */
export function computedFrames(volume, reformat, slab) {
  const { base, survey, slices } = volume;
  const template = base.frames[survey.indices[survey.indices.length >> 1]];
  const { columns, rows } = reformat.first;
  const axis = reformat.direction === 'sagittal' ? 0 : reformat.direction === 'coronal' ? 1 : 2;
  const label = computedLabel(volume, reformat, slab);
  const name = slab ? `${slab.projection}-${slab.thickness}` : 'plane';
  return Array.from({ length: reformat.count }, (_, index) => {
    const plane = planeAt(reformat, index);
    /** @type {Frame} */
    const frame = {
      ...template,
      instance: `${base.uid}/${survey.indices[0]}/${reformat.direction}/${name}/${index}`,
      number: 1, frameCount: 1, instanceNumber: index + 1,
      format: {
        rows, columns, samples: 1, photometric: template.format.photometric, planar: 0,
        bitsAllocated: 16, bitsStored: 16, highBit: 15, signed: true,
      },
      slope: slices.common.slope, intercept: slices.common.intercept,
      padding: NOTHING,
      position: plane.origin, orientation: [...plane.across, ...plane.down], spacing: [plane.rowStep, plane.columnStep],
      sliceLocation: plane.origin[axis],
      thickness: slab ? realThickness(reformat, slab.thickness) : null,
      look: template.look && { ...template.look, overlays: [], shutter: null, palette: null, isPartlyColoured: false },
      aspect: null,
      lossy: base.frames.some(({ lossy }) => lossy),
      transferSyntax: '',
      derived: true, label,
    };
    return frame;
  });
}
