// The fragment shader of the face. Head space: +x to the subject's left, +y up, +z out of the face; the head is about 2 high.

export const fragmentShader = (weightNames, count) => `#version 300 es
precision highp float;
uniform float weights[${count}];
uniform mat3 head;       // head space to view space
uniform vec4 gaze;       // left eye yaw, pitch, right eye yaw, pitch; radians
uniform vec2 size;       // of the canvas, pixels
uniform float mirror;    // -1 shows a mirror image
out vec4 colour;
${weightNames}

const vec3 SKIN = vec3(0.93, 0.70, 0.57), HAIR = vec3(0.16, 0.10, 0.08), LIP = vec3(0.78, 0.36, 0.36);
const float EYE_X = 0.29, EYE_Y = 0.06;

float smin(float a, float b, float k) {
  float h = max(k - abs(a - b), 0.0) / k;
  return min(a, b) - h * h * k * 0.25;
}

float ellipsoid(vec3 p, vec3 r) {
  float k0 = length(p / r), k1 = length(p / (r * r));
  return k0 * (k0 - 1.0) / k1;
}

float capsule(vec3 p, vec3 a, vec3 b, float r) {
  vec3 pa = p - a, ba = b - a;
  return length(pa - ba * clamp(dot(pa, ba) / dot(ba, ba), 0.0, 1.0)) - r;
}

float jaw() { return clamp(jawOpen, 0.0, 1.0); }
float jawShift() { return 0.10 * (jawLeft - jawRight); }

float skin(vec3 p) {
  float d = ellipsoid(p - vec3(0, 0.14, -0.06), vec3(0.74, 0.84, 0.82));
  vec3 chin = vec3(jawShift(), -0.44 - 0.13 * jaw(), 0.14 + 0.06 * jawForward);
  d = smin(d, ellipsoid(p - chin, vec3(0.47, 0.46 + 0.05 * jaw(), 0.52)), 0.28);
  vec3 side = vec3(abs(p.x), p.yz);
  float smile = p.x > 0.0 ? mouthSmileLeft + cheekSquintLeft : mouthSmileRight + cheekSquintRight;
  d = smin(d, length(side - vec3(0.37, -0.22 + 0.05 * smile, 0.46)) - (0.17 + 0.02 * smile + 0.10 * cheekPuff), 0.22);
  d = smin(d, capsule(p, vec3(0, 0.06, 0.74), vec3(0, -0.16, 0.84), 0.045), 0.14);
  d = smin(d, ellipsoid(side - vec3(0.05, -0.19, 0.80), vec3(0.06, 0.05, 0.07)), 0.07);
  // Sockets.
  d = -smin(-d, length(side - vec3(EYE_X, EYE_Y, 1.0)) - 0.25, 0.16);
  return smin(d, ellipsoid(side - vec3(0.75, -0.02, -0.10), vec3(0.08, 0.20, 0.13)), 0.05);
}

float hair(vec3 p) {
  float d = ellipsoid(p - vec3(0, 0.20, -0.10), vec3(0.80, 0.86, 0.86)) - 0.012 * sin(26.0 * p.x + 9.0 * p.z) * p.y;
  float line = 0.66 * p.z - 0.82 * p.y + 0.10 * cos(5.0 * p.x - 1.2) + 0.02;
  d = -smin(-d, -line, 0.10);
  return -smin(-d, p.y + 0.50, 0.20);
}

float body(vec3 p) {
  float d = capsule(p, vec3(0, -0.6, -0.22), vec3(0, -1.4, -0.26), 0.33);
  return smin(d, ellipsoid(p - vec3(0, -1.95, -0.25), vec3(1.35, 0.62, 0.55)), 0.25);
}

/// Distance and what is there: 0 skin, 1 hair, 2 body.
vec2 scene(vec3 p) {
  vec3 q = p * head;
  vec2 d = vec2(skin(q), 0);
  float h = hair(q);
  if (h < d.x) d = vec2(h, 1);
  float b = body(p);
  return b < d.x ? vec2(b, 2) : d;
}

float segment(vec2 p, vec2 a, vec2 b) {
  vec2 pa = p - a, ba = b - a;
  return length(pa - ba * clamp(dot(pa, ba) / dot(ba, ba), 0.0, 1.0));
}

/// Covers with a colour where the distance is negative.
void cover(inout vec3 base, vec3 paint, float distance) { base = mix(base, paint, smoothstep(0.008, -0.008, distance)); }

/// An eye in its own coordinates, +x towards the temple; blink, squint, wide 0...1, look in the same coordinates.
void eye(inout vec3 base, vec2 p, float blink, float squint, float wide, vec2 look) {
  float t = p.x / 0.155;
  float arch = max(0.0, 1.0 - t * t);
  float open = clamp(1.0 - blink, 0.0, 1.0);
  float upper = (0.105 + 0.035 * wide - 0.025 * squint + 0.02 * look.y) * arch * open - 0.035 * (1.0 - open) * arch;
  float lower = -(0.060 - 0.028 * squint) * arch * mix(0.6, 1.0, open);
  float inside = max(p.y - upper, lower - p.y) + (abs(t) > 1.0 ? 1.0 : 0.0);
  cover(base, SKIN * vec3(0.80, 0.66, 0.66), max(max(p.y - upper - 0.05, lower - p.y), abs(t) - 1.0 + 0.2 * abs(t)));
  if (inside < 0.01) {
    vec3 ball = vec3(0.97, 0.96, 0.95) * (0.78 + 0.22 * smoothstep(0.0, 0.09, upper - p.y));
    vec2 iris = p - look * vec2(0.17, 0.15);
    float r = length(iris);
    vec3 ring = mix(vec3(0.15, 0.38, 0.42), vec3(0.35, 0.62, 0.62), smoothstep(0.025, 0.075, r) * (0.7 + 0.3 * sin(atan(iris.y, iris.x) * 24.0)));
    cover(ball, ring * smoothstep(0.10, 0.07, r), r - 0.082);
    cover(ball, vec3(0.03), r - 0.036);
    cover(ball, vec3(1), length(iris - vec2(-0.03, 0.035) * vec2(1, 1)) - 0.016);
    cover(base, ball, inside);
  }
  // Lashes and the lower lid.
  float lash = max(abs(p.y - upper) - 0.013 - 0.006 * t, abs(t) - 1.02);
  cover(base, vec3(0.13, 0.08, 0.08), lash);
  cover(base, SKIN * 0.72, max(abs(p.y - lower) - 0.005, abs(t) - 0.95));
}

void brow(inout vec3 base, vec2 p, float down, float inner, float outer) {
  vec2 a = vec2(-0.155, 0.245 + 0.10 * inner - 0.085 * down), c = vec2(0.17, 0.235 + 0.10 * outer - 0.03 * down);
  a.x -= 0.02 * down;
  vec2 b = vec2(0.03, 0.29 + 0.05 * inner + 0.09 * outer - 0.075 * down);
  float d = smin(segment(p, a, b) - 0.034, segment(p, b, c) - 0.026, 0.05);
  cover(base, HAIR * 1.3, d);
}

void mouth(inout vec3 base, vec2 p) {
  float round_ = clamp(mouthPucker + 0.7 * mouthFunnel, 0.0, 1.0);
  p.x -= jawShift() + 0.08 * (mouthLeft - mouthRight);
  float right = p.x < 0.0 ? 1.0 : 0.0;
  float smile = mix(mouthSmileLeft, mouthSmileRight, right), frown = mix(mouthFrownLeft, mouthFrownRight, right);
  float stretch = mix(mouthStretchLeft + 0.5 * mouthDimpleLeft, mouthStretchRight + 0.5 * mouthDimpleRight, right);
  float up = mix(mouthUpperUpLeft, mouthUpperUpRight, right) + 0.5 * mix(noseSneerLeft, noseSneerRight, right);
  float low = mix(mouthLowerDownLeft, mouthLowerDownRight, right);
  float press = mix(mouthPressLeft, mouthPressRight, right);
  float width = 0.25 * (1.0 - 0.50 * round_ - 0.12 * jaw() + 0.22 * smile + 0.18 * stretch);
  float t = p.x / width, arch = max(0.0, 1.0 - t * t);
  float line = -0.44 - 0.04 * jaw() + (0.13 * smile - 0.10 * frown) * t * t - 0.03 * smile + 0.03 * (mouthShrugLower);
  float gap = clamp(jaw() - mouthClose, 0.0, 1.0);
  float openUp = (0.055 * gap + 0.05 * up + 0.05 * mouthFunnel) * sqrt(arch);
  float openLow = (0.30 * gap + 0.06 * low + 0.05 * mouthFunnel) * sqrt(arch);
  float thin = 1.0 - 0.5 * press;
  float lipUp = (0.045 + 0.03 * round_) * thin * (1.0 - mouthRollUpper) * arch * (1.0 - 0.25 * exp(-60.0 * t * t));
  float lipLow = (0.060 + 0.03 * round_) * thin * (1.0 - mouthRollLower) * arch;
  float y = p.y - line;
  float edge = abs(t) > 1.0 ? 1.0 : 0.0;
  cover(base, LIP * (0.92 + 0.25 * smoothstep(-0.03, -0.07, y)), max(y - openUp - lipUp, -openLow - lipLow - y) + edge);
  float inside = max(y - openUp, -openLow - y) + edge;
  vec3 hole = vec3(0.22, 0.05, 0.06);
  cover(hole, vec3(0.95, 0.93, 0.88), max(openUp - 0.055 - y, abs(p.x) - 0.75 * width));
  vec2 tongue = vec2(p.x, y + openLow + 0.02 - 0.12 * tongueOut) / vec2(0.62 * width, 0.10 + 0.08 * tongueOut);
  cover(hole, vec3(0.80, 0.36, 0.38), (length(tongue) - 1.0) * 0.1);
  cover(base, hole, inside);
  // Where the lips meet, and the corners.
  cover(base, LIP * 0.55, max(abs(y) - 0.007 - 0.5 * (openUp + openLow), abs(t) - 1.04) + step(0.02, gap + up + low));
  cover(base, SKIN * 0.72, length(vec2(abs(p.x) - width, y - (0.0))) - 0.016);
  if (tongueOut > 0.3) {
    vec2 tip = vec2(p.x, y + openLow + 0.10 * tongueOut) / vec2(0.11, 0.13 * tongueOut);
    cover(base, vec3(0.85, 0.40, 0.42), (length(tip) - 1.0) * 0.1);
  }
}

vec3 paint(vec3 p) {
  vec3 base = SKIN;
  if (p.z < 0.15) return base;
  float cheeks = length(vec2(abs(p.x) - 0.40, p.y + 0.22)) - 0.10;
  base = mix(base, vec3(0.95, 0.52, 0.47), 0.35 * smoothstep(0.14, -0.08, cheeks));
  base *= 1.0 - 0.35 * smoothstep(0.028, 0.012, length(vec2(abs(p.x) - 0.052, (p.y + 0.225) * 1.4)));
  bool isLeft = p.x > 0.0;
  vec2 q = vec2(abs(p.x) - EYE_X, p.y - EYE_Y);
  if (isLeft) {
    eye(base, q, eyeBlinkLeft, eyeSquintLeft, eyeWideLeft, sin(gaze.xy));
    brow(base, q, browDownLeft, browInnerUp, browOuterUpLeft);
  } else {
    eye(base, q, eyeBlinkRight, eyeSquintRight, eyeWideRight, sin(gaze.zw) * vec2(-1, 1));
    brow(base, q, browDownRight, browInnerUp, browOuterUpRight);
  }
  mouth(base, p.xy);
  return base;
}

vec3 normal(vec3 p) {
  vec2 e = vec2(0.004, -0.004);
  return normalize(e.xyy * scene(p + e.xyy).x + e.yyx * scene(p + e.yyx).x
    + e.yxy * scene(p + e.yxy).x + e.xxx * scene(p + e.xxx).x);
}

void main() {
  vec2 uv = (2.0 * gl_FragCoord.xy - size) / min(size.x, size.y) * vec2(mirror, 1);
  colour = vec4(mix(vec3(0.10, 0.12, 0.16), vec3(0.26, 0.30, 0.36), exp(-0.7 * dot(uv, uv))), 1);
  vec3 eye = vec3(0, -0.10, 6.2), ray = normalize(vec3(uv * 1.45, -6.2));
  float far = 4.0;
  vec2 hit = vec2(1);
  for (int step = 0; step < 64 && far < 8.5; step++) {
    hit = scene(eye + ray * far);
    if (hit.x < 0.002) break;
    far += hit.x * 0.9;
  }
  if (hit.x < 0.01) {
    vec3 p = eye + ray * far, n = normal(p);
    vec3 base = hit.y == 0.0 ? paint(p * head) : hit.y == 1.0 ? HAIR : p.y < -1.33 - 0.25 * p.x * p.x ? vec3(0.24, 0.36, 0.50) : SKIN * 0.94;
    vec3 key = normalize(vec3(-0.45, 0.65, 0.75));
    float light = 0.5 + 0.5 * dot(n, key);
    float shade = 0.32 + 0.68 * light * light + 0.12 * max(0.0, dot(n, normalize(vec3(0.8, 0.1, 0.4))));
    float under = smoothstep(-0.05, 0.10, scene(p + key * 0.12).x) * 0.18 + 0.82;
    float shine = pow(max(0.0, dot(reflect(ray, n), key)), hit.y == 1.0 ? 14.0 : 28.0) * (hit.y == 1.0 ? 0.30 : 0.10);
    float rim = pow(1.0 - max(0.0, -dot(n, ray)), 4.0) * 0.35;
    colour.rgb = base * shade * under + shine + rim * vec3(0.55, 0.70, 0.95);
  }
  colour.rgb = pow(colour.rgb, vec3(0.92));
}`;
