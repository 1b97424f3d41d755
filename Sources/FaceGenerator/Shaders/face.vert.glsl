// Places a bent head: skin moves by the head's rotation, the neck blends towards the body's.
precision highp float;
layout(location = 0) in vec3 position;   // head frame, centimetres
layout(location = 1) in vec3 normal;
layout(location = 2) in vec4 rest;       // generic neutral place, openness to light
layout(location = 3) in vec4 surface;    // u, v, surface code, share of the body's rotation
layout(location = 4) in vec2 photo;      // u, v in the skin pictures
uniform mat3 headRotation;
uniform mat3 bodyRotation;
uniform vec3 pivot;
uniform vec3 neck;
uniform vec3 place;
uniform float mouthDepth;                // gums, teeth and socket are drawn that much deeper, so that no chin shows them
uniform vec4 projection;                 // 2f/width, 2f/height, offsets
out vec3 seen;
out vec3 modelPlace;
out vec3 restPlace;
out float openness;
out vec3 facing;
out vec2 texturePlace;
out vec2 photoPlace;
flat out float code;
#ifdef SHADOW
uniform mat3 lampAxes;
uniform vec4 lampPlace;                  // the view's middle (camera frame), 1 / half edge in centimetres
out float lampHeight;
#endif

void main() {
  vec3 p = position;
  vec3 n = normal;
  restPlace = rest.xyz;
  openness = rest.w;
  if (surface.z < 1.5) {
    float hair = smoothstep(-0.3, 1.8, hairDepth(rest.xyz, 0.0)) * hairLine.w;
    // Hair lies flatter at the sides than on top.
    hair *= mix(0.3, 1.0, smoothstep(2.0, 9.5, rest.y));
    float cover = coverLine.w * smoothstep(-0.1, 0.3, coverDepth(rest.xyz));
    p += n * max(hair, cover);
  }
  modelPlace = position;
  vec3 byHead = headRotation * (p - pivot) + place;
  vec3 byBody = bodyRotation * (p - neck) + headRotation * (neck - pivot) + place;
  seen = mix(byHead, byBody, surface.w);
  facing = mix(headRotation * n, bodyRotation * n, surface.w);
  texturePlace = vec2(surface.x, 1.0 - surface.y);
  photoPlace = vec2(photo.x, 1.0 - photo.y);
  code = surface.z;
  float depth = -seen.z;
  gl_Position = vec4(
    projection.x * seen.x + projection.z * depth, -projection.y * seen.y + projection.w * depth,
    depth * 1.02 - 10.0, depth);
  // Clip z is (1.02 d - 10) w / d: bring the depth of d + mouthDepth to w = d.
  bool isMouth = code == 2.0 || code == 3.0 || code == 6.0;
  if (isMouth) gl_Position.z = depth * (1.02 - 10.0 / (depth + mouthDepth));
#ifdef SHADOW
  vec3 byLamp = lampAxes * (seen - lampPlace.xyz) * lampPlace.w;
  lampHeight = byLamp.z;
  gl_Position = vec4(byLamp.xy, -0.5 * byLamp.z, 1.0);
#endif
}
