// result = source before place LENGTH of each row of ROW elements, weights (in their order) from there on.
float value(int index) {
  int row = index / ROW;
  int place = index - row * ROW;
  return place < LENGTH ? element(source, SOURCE_SHAPE, row * LENGTH + place)
                        : element(weights, WEIGHTS_SHAPE, row * (ROW - LENGTH) + place - LENGTH);
}
