// A perspective view of an equirectangular panorama, or a gradient with noise. Alpha 0: not the person.
precision highp float;
precision highp sampler2DArray;
in vec2 spot;
uniform sampler2DArray panoramas;
uniform float layer;                     // negative: gradient
uniform vec3 viewX;                      // camera axes in the panorama, scaled by the tangent of half the view
uniform vec3 viewY;
uniform vec3 viewZ;
uniform vec2 blur;                       // mip level, spread in radians
uniform float gain;                      // linear
uniform vec4 gradient[3];                // colour at the upper left, at the lower right, noise: size and strength
out vec4 colour;

vec3 around(vec2 s) {
  vec3 d = normalize(viewX * s.x + viewY * s.y + viewZ);
  vec2 t = vec2(atan(d.x, d.z) * 0.15915494 + 0.5, acos(clamp(d.y, -1.0, 1.0)) * 0.31830989);
  return textureLod(panoramas, vec3(t, layer), blur.x).rgb;
}

void main() {
  vec3 a;
  if (layer < 0.0) {
    float t = clamp(0.5 + 0.35 * (spot.x + spot.y), 0.0, 1.0);
    a = mix(gradient[0].rgb, gradient[1].rgb, t);
    float grain = noise(spot * gradient[2].x) * 0.6 + noise(spot * gradient[2].x * 3.1) * 0.4;
    a *= 1.0 + gradient[2].y * (grain - 0.5);
  } else if (blur.x > 0.3) {
    vec3 s = around(spot + blur.yy * vec2(0.9, 0.35)) + around(spot + blur.yy * vec2(-0.35, 0.9))
      + around(spot + blur.yy * vec2(-0.9, -0.35)) + around(spot + blur.yy * vec2(0.35, -0.9));
    a = s * s * 0.0625;
  } else {
    a = around(spot);
    a *= a;
  }
  colour = vec4(sqrt(clamp(a * gain, 0.0, 1.0)), 0.0);
}
