// The mean of taps × taps bilinear samples of the frame in each pixel of the crops: luma 0…1, and 1 to say that there is any.
// Samples are blended here, in floats: the texture unit's own bilinear filter has 8 bits of fraction.
uniform highp sampler2D luma;
// Width and height of the frame.
uniform vec2 frame;
in vec2 pixel;
flat in vec2 size;
flat in vec2 centre;
flat in vec2 across;
flat in vec2 down;
flat in float taps;
layout(location = 0) out TEXEL result[BLOCKS * TEXELS];

float bilinear(vec2 position) {
  vec2 place = position - 0.5;
  vec2 corner = floor(place);
  vec2 part = place - corner;
  vec4 near = vec4(corner + 0.5, corner + 1.5) / frame.xyxy;
  float upper = mix(textureLod(luma, near.xy, 0.0).r, textureLod(luma, near.zy, 0.0).r, part.x);
  float lower = mix(textureLod(luma, near.xw, 0.0).r, textureLod(luma, near.zw, 0.0).r, part.x);
  return mix(upper, lower, part.y);
}

void main() {
  vec2 first = floor(pixel) - size * 0.5;
  float sum = 0.0;
  for (float b = 0.0; b < taps; ++b) {
    for (float a = 0.0; a < taps; ++a) {
      vec2 place = first + (vec2(a, b) + 0.5) / taps;
      sum += bilinear(centre + across * place.x + down * place.y);
    }
  }
  vec4 all = vec4(sum / (taps * taps), 1.0, 0.0, 0.0);
  STORE(0, all);
}
