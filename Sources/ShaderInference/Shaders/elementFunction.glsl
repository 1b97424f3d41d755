// result = FUNCTION(source) with the parameters A and B; written so that no branch can make a NaN of an infinity.

// Abramowitz and Stegun 7.1.26, error below 1.5e-7.
float erfOf(float x) {
  float t = 1.0 / (1.0 + 0.3275911 * abs(x));
  float p = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
  return sign(x) * (1.0 - p * exp(min(-x * x, 0.0)));
}

float tanhOf(float x) {
  float small = x * (1.0 - x * x * (1.0 / 3.0 - x * x * (2.0 / 15.0)));
  return abs(x) < 0.05 ? small : 1.0 - 2.0 / (exp(min(max(2.0 * x, -80.0), 80.0)) + 1.0);
}

float leakyRelu(float x) { return x < 0.0 ? A * x : x; }
float clip(float x) { return min(max(x, A), B); }
float hyperbolic(float x) { return tanhOf(x); }
float hardSigmoid(float x) { return clamp(A * x + B, 0.0, 1.0); }
float hardSwish(float x) { return x * clamp(x / 6.0 + 0.5, 0.0, 1.0); }
float scaledElu(float x) {
  float y = min(x, 0.0);
  // Near zero the difference of two nearly equal numbers would keep few digits.
  return x > 0.0 ? x : A * (y > -0.01 ? y * (1.0 + y * (0.5 + y / 6.0)) : exp(min(y, 0.0)) - 1.0);
}
float gelu(float x) { return 0.5 * x * (1.0 + erfOf(x * 0.70710678)); }
float geluTanh(float x) {
  float y = clamp(x, -30.0, 30.0);
  return 0.5 * x * (1.0 + tanhOf(0.79788456 * (y + 0.044715 * y * y * y)));
}
float exponential(float x) { return exp(min(x, 88.0)); }
float squareRoot(float x) { return sqrt(x); }
float errorFunction(float x) { return erfOf(x); }
float negative(float x) { return -x; }
float absolute(float x) { return abs(x); }
float reciprocal(float x) { return 1.0 / x; }
float logarithm(float x) { return log(x); }
// A quotient of whole numbers may come out of a GPU a little too small.
float truncation(float x) { return sign(x) * floor(abs(x) * 1.0000004); }
float inverse01(float x) { return 1.0 - x; }

float value(int index) { return FUNCTION(element(source, SOURCE_SHAPE, index)); }
