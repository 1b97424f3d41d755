// result = e^(x − maximum) / Σ e^(x − maximum) along an axis of geometry[5].y elements that are INNER apart.
float value(int index) {
  int start = index / INNER / LENGTH * LENGTH * INNER + index % INNER;
  float highest = element(source, SOURCE_SHAPE, start);
  for (int i = 1; i < int(geometry[5].y); ++i) {
    highest = max(highest, element(source, SOURCE_SHAPE, start + i * INNER));
  }
  float sum = 0.0;
  for (int i = 0; i < int(geometry[5].y); ++i) {
    sum += exp(min(element(source, SOURCE_SHAPE, start + i * INNER) - highest, 0.0));
  }
  return exp(min(element(source, SOURCE_SHAPE, index) - highest, 0.0)) / sum;
}
