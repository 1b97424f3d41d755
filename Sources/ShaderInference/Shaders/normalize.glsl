// result = (source − mean) / (standard deviation + 0.01), from the image's moments.
uniform vec4 geometry[6];
uniform highp sampler2DArray source;
uniform highp sampler2DArray moments;
in vec2 uv;
flat in int image;
layout(location = 0) out vec4 result[BLOCKS];

void main() {
  vec4 light = texelFetch(moments, ivec3(image, 0, 0), 0);
  float luma = textureLod(source, vec3(uv, 0.0), 0.0).r;
  result[0] = vec4((luma - light.x) * light.y, 0.0, 0.0, 0.0);
}
