// Light on a surface: spherical harmonics of a panorama and two directional lights, the first of which casts shadows.
// Linear light, gamma 2 outside.
uniform vec4 harmonics[9];
uniform vec2 panoramaTurn;               // cosine and sine of the panorama's turn about y
uniform vec4 lightDirection[2];
uniform vec4 lightColour[2];
uniform float exposure;
uniform highp sampler2D shadowMap;       // how near the first lamp its rays end, in half edges of its view
uniform mat3 lampAxes;
uniform vec4 lampPlace;                  // the view's middle (camera frame), 1 / half edge in centimetres
uniform vec4 shadowTaps[4];              // offsets in half edges
uniform int shadowTapCount;              // 0: no shadows
uniform float shadowStrength;

#ifndef SHADOWED
#define SHADOWED true
#endif

// The share of the first lamp's light that gets to a place: percentage-closer filtering, Reeves et al. 1987. A loop, for
// software drivers jump over those that have no turns.
float reached(vec3 seen, vec3 n) {
  if (!SHADOWED) return 1.0;
  vec3 p = lampAxes * (seen + 0.2 * n - lampPlace.xyz) * lampPlace.w;
  float hidden = 0.0;
  for (int i = 0; i < shadowTapCount; i++) {
    float height = textureLod(shadowMap, 0.5 + 0.5 * p.xy + shadowTaps[i].xy, 0.0).r;
    // Facets of skin and hair end within 2 mm of where they are.
    hidden += smoothstep(0.012, 0.045, height - p.z);
  }
  return 1.0 - shadowStrength * hidden / float(max(shadowTapCount, 1));
}

vec3 turned(vec3 n) {
  return vec3(panoramaTurn.x * n.x - panoramaTurn.y * n.z, n.y, panoramaTurn.y * n.x + panoramaTurn.x * n.z);
}

// Ramamoorthi and Hanrahan, "An efficient representation for irradiance environment maps", 2001; divided by pi.
vec3 ambient(vec3 facing) {
  vec3 n = turned(facing);
  vec3 e = harmonics[0].rgb * 0.2821
    + 0.3257 * (harmonics[1].rgb * n.y + harmonics[2].rgb * n.z + harmonics[3].rgb * n.x)
    + 0.2731 * (harmonics[4].rgb * (n.x * n.y) + harmonics[5].rgb * (n.y * n.z) + harmonics[7].rgb * (n.x * n.z))
    + 0.0788 * harmonics[6].rgb * (3.0 * n.z * n.z - 1.0) + 0.1366 * harmonics[8].rgb * (n.x * n.x - n.y * n.y);
  return max(e, vec3(0.02));
}

// open is the ambient occlusion, shine the specular weight.
vec3 lit(vec3 albedo, vec3 n, vec3 seen, float open, float shine, float sharpness) {
  vec3 e = ambient(n) * open;
  vec3 toEye = normalize(-seen);
  vec3 gloss = vec3(0.0);
  float share = 0.35 + 0.65 * open;
  vec2 clear = vec2(share * reached(seen, n), share);
  for (int i = 0; i < 2; i++) {
    float d = max(dot(n, lightDirection[i].xyz), 0.0) * clear[i];
    e += lightColour[i].rgb * d;
    float h = max(dot(n, normalize(lightDirection[i].xyz + toEye)), 0.0);
    gloss += lightColour[i].rgb * (pow(h, sharpness) * shine * clear[i]);
  }
  return (albedo * e + gloss) * exposure;
}

vec4 shown(vec3 linear) { return vec4(sqrt(clamp(linear, 0.0, 1.0)), 1.0); }

float hash(vec2 p) {
  vec3 q = fract(vec3(p.xyx) * 0.1031);
  q += dot(q, q.yzx + 33.33);
  return fract((q.x + q.y) * q.z);
}

float noise(vec2 p) {
  vec2 i = floor(p);
  vec2 f = p - i;
  f = f * f * (3.0 - 2.0 * f);
  return mix(
    mix(hash(i), hash(i + vec2(1.0, 0.0)), f.x), mix(hash(i + vec2(0.0, 1.0)), hash(i + vec2(1.0, 1.0)), f.x), f.y);
}
