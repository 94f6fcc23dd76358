// Key images: the frames that show what the report says.

import { call } from '../core/api.js';
import { notify, notifyError } from '../core/notice.js';
import { t } from '../core/strings.js';

/**
 * @typedef {import('../viewer/viewer.js').Viewer} Viewer
 * @typedef {{seriesInstanceUID: string, sopInstanceUID: string, frame: number, note: string}} KeyImage
 */

export class KeyImages {
  /**
   * @param {string} task
   * @param {Viewer} viewer
   * @param {HTMLElement} list
   * @param {boolean} mayMark
   */
  constructor(task, viewer, list, mayMark) {
    this.task = task;
    this.viewer = viewer;
    this.list = list;
    this.mayMark = mayMark;
    /** @type {KeyImage[]} */
    this.images = [];
    this.button = viewer.root.querySelector('[data-command=key-image]');
    if (this.button instanceof HTMLElement) this.button.hidden = !mayMark;
    if (mayMark) {
      viewer.addCommand({ name: 'key-image', label: 'viewer.keyMark', keys: ['k'], group: 'keys.report', run: () => { this.toggle(); } });
    }
    for (const event of ['frame', 'active', 'layout']) viewer.events.addEventListener(event, () => this.showMark());
  }

  async load() {
    this.show((await call('GET', `/tasks/${this.task}/key-images`)).keyImages);
  }

  /** @returns {{sopInstanceUID: string, frame: number} | null} what is on the screen */
  get current() {
    const { frame } = this.viewer.active;
    return frame && !frame.derived ? { sopInstanceUID: frame.instance, frame: frame.number } : null;
  }

  /** @param {{sopInstanceUID: string, frame: number} | null} image */
  isMarked(image) {
    return image !== null && this.images.some((known) => known.sopInstanceUID === image.sopInstanceUID && known.frame === image.frame);
  }

  async toggle() {
    const image = this.current;
    if (!image || !this.mayMark) return;
    const path = `/tasks/${this.task}/key-images`;
    try {
      const wasMarked = this.isMarked(image);
      const { keyImages } = wasMarked
        ? await call('DELETE', `${path}/${image.sopInstanceUID}/${image.frame}`) : await call('PUT', path, image);
      this.show(keyImages);
      notify(t(wasMarked ? 'keyImage.unmarked' : 'keyImage.marked'));
    } catch (error) {
      notifyError(error);
    }
  }

  /** @param {KeyImage[]} images */
  show(images) {
    this.images = images;
    this.list.replaceChildren(...images.map((image) => this.item(image)));
    if (images.length === 0) this.list.textContent = this.mayMark ? t('keyImage.none') : '';
    const section = this.list.closest('[data-role=key-images]');
    if (section instanceof HTMLElement) {
      section.hidden = images.length === 0 && !this.mayMark;
      const count = section.querySelector('.count');
      if (count) count.textContent = String(images.length);
    }
    this.showMark();
  }

  /** @param {KeyImage} image */
  item(image) {
    const item = document.createElement('li');
    const place = this.viewer.placeOf(image.sopInstanceUID, image.frame);
    const go = document.createElement('button');
    go.type = 'button';
    go.className = 'button button-quiet';
    go.textContent = [t('keyImage.show', { number: place ? place.index + 1 : '?' }), place?.series, image.note].filter(Boolean).join(' · ');
    go.addEventListener('click', () => this.viewer.goToFrame(image.sopInstanceUID, image.frame));
    item.append(go);
    if (this.mayMark) {
      const remove = document.createElement('button');
      remove.type = 'button';
      remove.className = 'button button-quiet';
      remove.textContent = '×';
      remove.setAttribute('aria-label', t('keyImage.remove'));
      remove.addEventListener('click', async () => {
        try {
          this.show((await call('DELETE', `/tasks/${this.task}/key-images/${image.sopInstanceUID}/${image.frame}`)).keyImages);
        } catch (error) {
          notifyError(error);
        }
      });
      item.append(remove);
    }
    return item;
  }

  showMark() {
    this.button?.setAttribute('aria-pressed', String(this.isMarked(this.current)));
    for (const { element, frame } of this.viewer.panes) {
      element.classList.toggle('is-key-image', this.isMarked(frame && { sopInstanceUID: frame.instance, frame: frame.number }));
    }
  }
}
