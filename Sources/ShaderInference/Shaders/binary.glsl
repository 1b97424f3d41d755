// result = FUNCTION(source, weights), each element picked by FIRST and SECOND, which repeat what is to be broadcast.
float plus(float x, float y) { return x + y; }
float minus(float x, float y) { return x - y; }
float times(float x, float y) { return x * y; }
float divided(float x, float y) { return x / y; }
float larger(float x, float y) { return max(x, y); }
float smaller(float x, float y) { return min(x, y); }
// Below zero only whole powers have a value.
float power(float x, float y) {
  float magnitude = exp2(min(y * log2(abs(x)), 127.0));
  return y == 0.0 ? 1.0 : x < 0.0 && mod(y, 2.0) == 1.0 ? -magnitude : magnitude;
}
float less(float x, float y) { return x < y ? 1.0 : 0.0; }
float greater(float x, float y) { return x > y ? 1.0 : 0.0; }
float same(float x, float y) { return x == y ? 1.0 : 0.0; }
float prelu(float x, float y) { return x < 0.0 ? x * y : x; }
float keepWhere(float x, float y) { return x != 0.0 ? y : 0.0; }
float keepUnless(float x, float y) { return x == 0.0 ? y : 0.0; }

float value(int index) {
  return FUNCTION(element(source, SOURCE_SHAPE, FIRST(index)), element(weights, WEIGHTS_SHAPE, SECOND(index)));
}
