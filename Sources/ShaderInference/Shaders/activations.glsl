// Element-wise functions. The unused branch of a select is computed too: none of them may make an infinity or a NaN of it.
vec4 none(vec4 x) { return x; }
vec4 relu(vec4 x) { return max(x, 0.0); }
vec4 relu6(vec4 x) { return clamp(x, 0.0, 6.0); }
vec4 sigmoid(vec4 x) { return 1.0 / (1.0 + exp(min(-x, 80.0))); }
vec4 elu(vec4 x) { return max(x, 0.0) + (exp(min(x, 0.0)) - 1.0); }

// Half floats end at 65504; what a driver stores beyond is its own affair.
vec4 storable(vec4 x) {
#ifdef HALF
  return clamp(x, -65504.0, 65504.0);
#else
  return x;
#endif
}
