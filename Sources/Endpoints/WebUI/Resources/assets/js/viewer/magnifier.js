// A magnifying glass while the button is held.

import { imageTransform } from './image-transform.js';

const RADIUS = 120;
const POWER = 2.5;

/** @type {import('./tools.js').Tool} */
export const MAGNIFIER = {
  name: 'magnify', label: 'viewer.magnify', key: 'g', cursor: 'none',
  press: (pane, point) => {
    let at = point;
    pane.settle();
    const remove = pane.addLayer({
      paint: (context, view) => {
        const { columns, rows } = view.frame.format;
        context.save();
        context.beginPath();
        context.arc(at.x, at.y, RADIUS, 0, 2 * Math.PI);
        context.clip();
        context.fillStyle = '#000';
        context.fill();
        context.translate(at.x, at.y);
        context.scale(POWER, POWER);
        context.translate(-at.x, -at.y);
        context.transform(...imageTransform(view));
        context.imageSmoothingEnabled = view.scale * POWER < 3;
        context.drawImage(pane.picture.canvas, 0, 0, columns, rows);
        context.restore();
        context.beginPath();
        context.arc(at.x, at.y, RADIUS, 0, 2 * Math.PI);
        context.lineWidth = 2;
        context.strokeStyle = '#5cb3ee';
        context.stroke();
      },
    });
    return {
      move: (to) => {
        at = to;
        pane.plan();
      },
      end: remove,
      cancel: remove,
    };
  },
};
