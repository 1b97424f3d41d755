// Hair and brow cards: placed in the head frame, turned with the head.
precision highp float;
layout(location = 0) in vec3 position;   // head frame, centimetres
layout(location = 1) in vec3 normal;
layout(location = 2) in vec2 texture;    // v down
uniform mat3 headRotation;
uniform vec3 pivot;
uniform vec3 place;
uniform float raise;                     // centimetres that cards are drawn nearer, so that the skin shows none through
uniform vec4 projection;
out vec3 seen;
out vec3 facing;
out vec2 spot;

void main() {
  seen = headRotation * (position - pivot) + place;
  facing = headRotation * normal;
  spot = texture;
  float depth = -seen.z;
  gl_Position = vec4(
    projection.x * seen.x + projection.z * depth, -projection.y * seen.y + projection.w * depth,
    depth * (1.02 - 10.0 / (depth - raise)), depth);
}
