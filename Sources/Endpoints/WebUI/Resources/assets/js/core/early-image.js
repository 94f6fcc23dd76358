// A study's first image, asked for while its page is still being read: half of the way is over before the first module runs. No
// module itself, and nothing is decided here: the page before has written down how such an image is asked for on this line.

{
  /** @param {string} text @returns {{[modality: string]: import('../dicomweb/client.js').Asking}} */
  const read = (text) => JSON.parse(text);
  try {
    const { study, series, first } = JSON.parse(document.querySelector('meta[name=jieli-ahead]')?.getAttribute('content') ?? '{}');
    const own = first && series.find((/** @type {import('../dicomweb/dataset.js').DataSet} */ each) => each['0020000E']?.Value?.[0] === first.series);
    const asking = own && read(window.sessionStorage.getItem('jieli.first') ?? '{}')[String(own['00080060']?.Value?.[0])];
    if (asking) {
      const path = `/studies/${study}/series/${first.series}/instances/${first.instance}/frames/1`;
      const stop = new AbortController();
      const answer = fetch(`/dicom-web${path}${asking.query}`, {
        headers: { Accept: asking.accept }, credentials: 'same-origin', signal: stop.signal,
      });
      answer.catch(() => {});
      Reflect.set(globalThis, 'jieliEarlyImage', { path, form: asking.form, answer, stop });
    }
  } catch {
    // The viewer asks for all of it itself.
  }
}
