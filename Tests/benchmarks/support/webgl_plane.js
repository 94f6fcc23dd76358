// What a graphics card would do: a coronal plane of a 16-bit volume of 512 × 512 × 500 from a 3D texture, trilinear and windowed in
// the shader, at 860 × 860. Integer textures have no filter, so that eight values are fetched for each pixel, as exactness wants.
// Returns ms a plane, and what drew it.
async (seconds) => {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 860;
  const gl = canvas.getContext('webgl2', { antialias: false });
  if (!gl) return { ms: null, renderer: 'no WebGL2' };
  const shader = (type, source) => {
    const made = gl.createShader(type);
    gl.shaderSource(made, `#version 300 es\nprecision highp float; precision highp int; precision highp isampler3D;\n${source}`);
    gl.compileShader(made);
    if (!gl.getShaderParameter(made, gl.COMPILE_STATUS)) throw new Error(gl.getShaderInfoLog(made));
    return made;
  };
  const program = gl.createProgram();
  gl.attachShader(program, shader(gl.VERTEX_SHADER, 'in vec2 at; void main() { gl_Position = vec4(at, 0., 1.); }'));
  gl.attachShader(program, shader(gl.FRAGMENT_SHADER, `uniform isampler3D volume; uniform float depth; out vec4 colour;
    float value(ivec3 p) { return float(texelFetch(volume, p, 0).r); }
    void main() {
      vec3 p = vec3(gl_FragCoord.x / 860. * 510., depth, gl_FragCoord.y / 860. * 498.);
      ivec3 q = ivec3(p); vec3 f = p - vec3(q);
      float low = mix(mix(value(q), value(q + ivec3(1,0,0)), f.x), mix(value(q + ivec3(0,1,0)), value(q + ivec3(1,1,0)), f.x), f.y);
      float high = mix(mix(value(q + ivec3(0,0,1)), value(q + ivec3(1,0,1)), f.x),
        mix(value(q + ivec3(0,1,1)), value(q + ivec3(1,1,1)), f.x), f.y);
      colour = vec4(vec3((mix(low, high, f.z) + 600.) / 1600.), 1.);
    }`));
  gl.linkProgram(program);
  gl.useProgram(program);
  gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
  gl.bufferData(gl.ARRAY_BUFFER, new Float32Array([-1, -1, 3, -1, -1, 3]), gl.STATIC_DRAW);
  gl.enableVertexAttribArray(0);
  gl.vertexAttribPointer(0, 2, gl.FLOAT, false, 0, 0);
  gl.bindTexture(gl.TEXTURE_3D, gl.createTexture());
  gl.texStorage3D(gl.TEXTURE_3D, 1, gl.R16I, 512, 512, 500);
  for (const name of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) gl.texParameteri(gl.TEXTURE_3D, name, gl.NEAREST);
  const slice = new Int16Array(512 * 512);
  for (let z = 0; z < 500; z += 1) {
    for (let at = 0; at < slice.length; at += 1) slice[at] = (at * 7 + z * 13) % 2000 - 1000;
    gl.texSubImage3D(gl.TEXTURE_3D, 0, 0, 0, z, 512, 512, 1, gl.RED_INTEGER, gl.SHORT, slice);
  }
  const depth = gl.getUniformLocation(program, 'depth');
  const pixel = new Uint8Array(4);
  const times = [];
  const start = performance.now();
  for (let step = 0; performance.now() - start < seconds * 1000; step += 1) {
    const before = performance.now();
    gl.uniform1f(depth, 100.3 + (step % 300));
    gl.drawArrays(gl.TRIANGLES, 0, 3);
    gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel);
    times.push(performance.now() - before);
  }
  times.sort((a, b) => a - b);
  const info = gl.getExtension('WEBGL_debug_renderer_info');
  return { ms: times[times.length >> 1], renderer: info ? gl.getParameter(info.UNMASKED_RENDERER_WEBGL) : '' };
}
