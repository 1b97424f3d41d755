// result = mean, sum, maximum or minimum (REDUCTION 0…3) of the source's elements that SECOND counts from FIRST on.
float value(int index) {
  int start = FIRST(index);
  float result = element(source, SOURCE_SHAPE, start);
  for (int i = 1; i < int(geometry[5].y); ++i) {
    float x = element(source, SOURCE_SHAPE, start + SECOND(i));
    result = REDUCTION == 2 ? max(result, x) : REDUCTION == 3 ? min(result, x) : result + x;
  }
  return REDUCTION == 0 ? result / geometry[5].y : result;
}
