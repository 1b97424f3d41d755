// Glasses, hands, cloth, hair strands: one colour a vertex, lit like the face.
precision highp float;
in vec3 seen;
in vec3 facing;
in vec4 painted;
uniform float shine;
out vec4 colour;

void main() {
  vec3 n = normalize(facing);
  if (dot(n, seen) > 0.0) n = -n;
  vec3 light = lit(painted.rgb, n, seen, 1.0, shine, 40.0);
  colour = vec4(shown(light).rgb, painted.a);
}
