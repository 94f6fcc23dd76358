// The same plane by the viewer's own modules, at the volume's resolution; the browser scales it to the pane. Returns ms a plane.
async ({ assets, seconds }) => {
  const load = (name) => import(`${assets}/js/viewer/volume/${name}.js`);
  const [{ gridOf }, { planeAt, reformatOf }, { Resampling }] = await Promise.all(['grid', 'reformat', 'resample'].map(load));
  const plane = { across: [1, 0, 0], down: [0, 1, 0], normal: [0, 0, 1], columnStep: 0.7, rowStep: 0.7, columns: 512, rows: 512 };
  const at = Array.from({ length: 500 }, (_, index) => index * 0.8);
  const planes = at.map((z) => ({ ...plane, origin: [0, 0, z] }));
  const grid = gridOf({ planes, at, spacing: 0.8, gaps: [], indices: at.map((_, index) => index) });
  const images = at.map((_, slice) => Int16Array.from({ length: 512 * 512 }, (__, index) => (index * 7 + slice * 13) % 2000 - 1000));
  const slices = { values: (slice) => images[slice], scale: () => 1, bias: () => 0 };
  const result = {};
  for (const direction of ['coronal', 'sagittal']) {
    const reformat = reformatOf(grid, direction);
    const target = new Int16Array(reformat.first.columns * reformat.first.rows);
    const times = [];
    const start = performance.now();
    for (let step = 0; performance.now() - start < seconds * 1000; step += 1) {
      const before = performance.now();
      const slab = { projection: 'max', offsets: [0] };
      new Resampling(target, grid, slices, planeAt(reformat, 100 + (step % 300)), slab).advance();
      times.push(performance.now() - before);
    }
    times.sort((a, b) => a - b);
    result[direction] = times[times.length >> 1];
  }
  return result;
}
