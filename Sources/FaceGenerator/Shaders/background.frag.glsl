// A perspective view of an equirectangular panorama, or a gradient with noise. Alpha 0: not the person.
// GRADIENT and BLURRED are true or false.
precision highp float;
precision highp sampler2DArray;
in vec2 spot;
uniform sampler2DArray panoramas;
uniform float layer;
uniform vec3 viewX;                      // camera axes in the panorama, scaled by the tangent of half the view
uniform vec3 viewY;
uniform vec3 viewZ;
uniform vec2 blur;                       // mip level, spread in radians
uniform float gain;                      // linear
uniform vec4 gradient[3];                // colour at the upper left, at the lower right, noise: size and strength
out vec4 colour;

// Where the panorama shows a direction.
vec2 around(vec2 s) {
  vec3 d = normalize(viewX * s.x + viewY * s.y + viewZ);
  return vec2(atan(d.x, d.z) * 0.15915494 + 0.5, acos(clamp(d.y, -1.0, 1.0)) * 0.31830989);
}

vec3 texel(vec2 t) { return textureLod(panoramas, vec3(t.x, clamp(t.y, 0.0, 1.0), layer), blur.x).rgb; }

void main() {
  vec3 a;
  if (GRADIENT) {
    float t = clamp(0.5 + 0.35 * (spot.x + spot.y), 0.0, 1.0);
    a = mix(gradient[0].rgb, gradient[1].rgb, t);
    float grain = noise(spot * gradient[2].x) * 0.6 + noise(spot * gradient[2].x * 3.1) * 0.4;
    a *= 1.0 + gradient[2].y * (grain - 0.5);
  } else if (BLURRED) {
    // The offsets are small: one angle and its slope serve all four.
    vec2 t = around(spot);
    vec2 right = dFdx(t);
    vec2 down = dFdy(t);
    // The panorama's ends meet.
    right = (right - floor(right + 0.5)) / dFdx(spot.x) * blur.y;
    down = (down - floor(down + 0.5)) / dFdy(spot.y) * blur.y;
    vec3 s = texel(t + 0.9 * right + 0.35 * down) + texel(t - 0.35 * right + 0.9 * down)
      + texel(t - 0.9 * right - 0.35 * down) + texel(t + 0.35 * right - 0.9 * down);
    a = s * s * 0.0625;
  } else {
    a = texel(around(spot));
    a *= a;
  }
  colour = vec4(sqrt(clamp(a * gain, 0.0, 1.0)), 0.0);
}
