// The frame's luma, pixel for pixel.
uniform highp sampler2D luma;
in vec2 uv;
layout(location = 0) out vec4 result[BLOCKS];

void main() {
  vec4 pixel = vec4(textureLod(luma, uv, 0.0).r);
#define FINISH(i) result[i] = pixel;
  EACH(FINISH)
}
