// A linear map along one axis: result i is the sum over taps of weight × source element. `weights` holds index and weight
// of each tap of each place; an index below zero gives FILL.
float value(int index) {
  int inside = index % INNER;
  int rest = index / INNER;
  int entry = rest % LENGTH * TAPS;
  int start = rest / LENGTH * SOURCE_LENGTH * INNER + inside;
  float sum = 0.0;
  for (int tap = 0; tap < int(geometry[5].y); ++tap) {
    int place = int(element(weights, WEIGHTS_SHAPE, 2 * (entry + tap)));
    if (place < 0) return FILL;
    float weight = element(weights, WEIGHTS_SHAPE, 2 * (entry + tap) + 1);
    sum += weight == 0.0 ? 0.0 : weight * element(source, SOURCE_SHAPE, start + place * INNER);
  }
  return sum;
}
