// A face in WebGL 2: a head of signed distance fields, whose brows, lids, gaze, jaw and mouth follow the weights.

import { fragmentShader } from "./face.glsl.js";

const vertexShader = `#version 300 es
void main() { gl_Position = vec4(vec2(gl_VertexID << 1 & 2, gl_VertexID & 2) * 2.0 - 1.0, 0, 1); }`;

/** The rotation matrix of a quaternion x, y, z, w, column by column. */
function matrix([x, y, z, w]) {
  return [
    1 - 2 * (y * y + z * z), 2 * (x * y + z * w), 2 * (x * z - y * w),
    2 * (x * y - z * w), 1 - 2 * (x * x + z * z), 2 * (y * z + x * w),
    2 * (x * z + y * w), 2 * (y * z - x * w), 1 - 2 * (x * x + y * y),
  ];
}

export class FaceView {
  constructor(canvas, names, mirror) {
    this.canvas = canvas;
    const gl = this.gl = canvas.getContext("webgl2", { antialias: false, preserveDrawingBuffer: true });
    if (!gl) throw new Error("this browser has no WebGL 2");
    // In the shader a weight has its ARKit name.
    const weights = names.map((name, index) => `#define ${name} weights[${index}]`).join("\n");
    this.program = this.#link(vertexShader, fragmentShader(weights, names.length));
    gl.useProgram(this.program);
    this.uniforms = {};
    for (const name of ["weights", "head", "gaze", "size", "mirror"]) {
      this.uniforms[name] = gl.getUniformLocation(this.program, name);
    }
    gl.uniform1f(this.uniforms.mirror, mirror ? -1 : 1);
    gl.uniformMatrix3fv(this.uniforms.head, false, matrix([0, 0, 0, 1]));
    this.isNew = true;
    addEventListener("resize", () => { this.isNew = true; });
  }

  /** Takes a frame; it is drawn with the screen's next one. */
  show(face) {
    const { gl, uniforms } = this;
    gl.uniform1fv(uniforms.weights, face.weights);
    gl.uniformMatrix3fv(uniforms.head, false, matrix(face.rotation));
    gl.uniform4fv(uniforms.gaze, face.gaze.map(degrees => degrees * Math.PI / 180));
    this.isNew = true;
  }

  run() {
    if (this.isNew) this.#draw();
    requestAnimationFrame(() => this.run());
  }

  #draw() {
    const { gl, canvas } = this;
    [canvas.width, canvas.height] = [canvas.clientWidth, canvas.clientHeight];
    gl.viewport(0, 0, canvas.width, canvas.height);
    gl.uniform2f(this.uniforms.size, canvas.width, canvas.height);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
    this.isNew = false;
  }

  #link(...sources) {
    const { gl } = this;
    const program = gl.createProgram();
    sources.forEach((source, index) => {
      const shader = gl.createShader(index === 0 ? gl.VERTEX_SHADER : gl.FRAGMENT_SHADER);
      gl.shaderSource(shader, source);
      gl.compileShader(shader);
      if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS)) throw new Error(gl.getShaderInfoLog(shader));
      gl.attachShader(program, shader);
    });
    gl.linkProgram(program);
    if (!gl.getProgramParameter(program, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(program));
    return program;
  }
}
