// Where hair and hats lie, in rest space (centimetres of the generic neutral face). Shared by face.vert and face.frag.
uniform vec4 hairLine;    // front line y, tilt per |x|, side line y, thickness
uniform vec4 coverLine;   // hat or hood: front line y, tilt per |x|, side line y, thickness (0: none)

// Centimetres inside the hair, negative outside; wobble moves the line.
float hairDepth(vec3 p, float wobble) {
  float ear = smoothstep(6.9, 7.3, abs(p.x)) * step(p.y, 4.4) * step(-2.6, p.z) * step(p.z, 1.8);
  float front = hairLine.x + hairLine.y * abs(p.x);
  // The nape keeps its hair when the sides are cut high.
  float side = mix(min(hairLine.z, -2.5), hairLine.z, smoothstep(-5.0, -1.0, p.z));
  float line = mix(side, front, smoothstep(2.4, 6.2, p.z));
  return p.y - line + wobble - 20.0 * ear;
}

float coverDepth(vec3 p) {
  return p.y - mix(coverLine.z, coverLine.x + coverLine.y * abs(p.x), smoothstep(0.0, 5.0, p.z));
}
