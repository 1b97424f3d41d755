// One triangle over the whole picture, at the far plane.
precision highp float;
layout(location = 0) in vec3 position;
out vec2 spot;

void main() {
  spot = position.xy;
  gl_Position = vec4(position.xy, 0.9999, 1.0);
}
