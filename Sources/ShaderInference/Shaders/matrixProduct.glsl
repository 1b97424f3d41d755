// result = Σ source[row, k] × weights[k, column] for each matrix of a batch; FIRST and SECOND tell which matrices.
float value(int index) {
  int column = index % COLUMNS;
  int row = index / COLUMNS % ROWS;
  int matrix = index / (COLUMNS * ROWS);
  int inner = int(geometry[5].y);
  int a = (FIRST(matrix) * ROWS + row) * inner;
  int b = SECOND(matrix) * inner * COLUMNS + column;
  float sum = 0.0;
  for (int k = 0; k < inner; ++k) {
    sum += element(source, SOURCE_SHAPE, a + k) * element(weights, WEIGHTS_SHAPE, b + k * COLUMNS);
  }
  return sum;
}
