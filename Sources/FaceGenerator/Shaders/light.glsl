// Light on a surface: spherical harmonics of a panorama and two directional lights. Linear light, gamma 2 outside.
uniform vec4 harmonics[9];
uniform vec2 panoramaTurn;               // cosine and sine of the panorama's turn about y
uniform vec4 lightDirection[2];
uniform vec4 lightColour[2];
uniform float exposure;

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
  float clear = 0.35 + 0.65 * open;
  for (int i = 0; i < 2; i++) {
    float d = max(dot(n, lightDirection[i].xyz), 0.0) * clear;
    e += lightColour[i].rgb * d;
    float h = max(dot(n, normalize(lightDirection[i].xyz + toEye)), 0.0);
    gloss += lightColour[i].rgb * (pow(h, sharpness) * shine * clear);
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
