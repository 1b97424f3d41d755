// Things around the head, already placed in the camera frame.
precision highp float;
layout(location = 0) in vec3 position;
layout(location = 1) in vec3 normal;
layout(location = 2) in vec4 paint;      // linear colour, alpha
uniform vec4 projection;
out vec3 seen;
out vec3 facing;
out vec4 painted;

void main() {
  seen = position;
  facing = normal;
  painted = paint;
  float depth = -seen.z;
  gl_Position = vec4(
    projection.x * seen.x + projection.z * depth, -projection.y * seen.y + projection.w * depth,
    depth * 1.02 - 10.0, depth);
}
