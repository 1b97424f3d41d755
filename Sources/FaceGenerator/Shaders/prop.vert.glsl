// Things around the head, already placed in the camera frame.
precision highp float;
layout(location = 0) in vec3 position;
layout(location = 1) in vec3 normal;
layout(location = 2) in vec4 paint;      // linear colour, alpha
uniform vec4 projection;
out vec3 seen;
out vec3 facing;
out vec4 painted;
#ifdef SHADOW
uniform mat3 lampAxes;
uniform vec4 lampPlace;                  // the view's middle (camera frame), 1 / half edge in centimetres
out float lampHeight;
#endif

void main() {
  seen = position;
  facing = normal;
  painted = paint;
  float depth = -seen.z;
  gl_Position = vec4(
    projection.x * seen.x + projection.z * depth, -projection.y * seen.y + projection.w * depth,
    depth * 1.02 - 10.0, depth);
#ifdef SHADOW
  vec3 byLamp = lampAxes * (seen - lampPlace.xyz) * lampPlace.w;
  lampHeight = byLamp.z;
  gl_Position = vec4(byLamp.xy, -0.5 * byLamp.z, 1.0);
#endif
}
