// How tensors lie in texels: as floats; with BITS as the bits of floats, for renderers that draw integers but no floats;
// with BYTES as pairs of halves in bytes, two texels for four channels, for those that draw neither.
#if defined(BITS)
#define TENSOR highp usampler2DArray
#define TEXELS 1
#define TEXEL uvec4
#elif defined(BYTES)
#define TENSOR highp sampler2DArray
#define TEXELS 2
#define TEXEL vec4
#else
#define TENSOR highp sampler2DArray
#define TEXELS 1
#define TEXEL vec4
#endif

#if defined(BYTES)
vec2 halves(vec4 bytes) {
  uvec4 b = uvec4(bytes * 255.0 + 0.5);
  return unpackHalf2x16(b.x | b.y << 8u | b.z << 16u | b.w << 24u);
}

vec4 bytes(vec2 pair) {
  uint h = packHalf2x16(clamp(pair, -65504.0, 65504.0));
  return vec4(uvec4(h, h >> 8u, h >> 16u, h >> 24u) & 255u) / 255.0;
}
#endif

// Four channels of a tensor at a place (0…1) of one layer of blocks.
vec4 load(TENSOR tensor, vec2 place, float layer) {
#if defined(BITS)
  return uintBitsToFloat(textureLod(tensor, vec3(place, layer), 0.0));
#elif defined(BYTES)
  return vec4(halves(textureLod(tensor, vec3(place, 2.0 * layer), 0.0)),
              halves(textureLod(tensor, vec3(place, 2.0 * layer + 1.0), 0.0)));
#else
  return textureLod(tensor, vec3(place, layer), 0.0);
#endif
}

// Leaves block i of the pass; i is a constant.
#if defined(BITS)
#define STORE(i, v) result[i] = floatBitsToUint(v)
#elif defined(BYTES)
#define STORE(i, v) result[2 * i] = bytes((v).xy); result[2 * i + 1] = bytes((v).zw)
#else
#define STORE(i, v) result[i] = storable(v)
#endif
