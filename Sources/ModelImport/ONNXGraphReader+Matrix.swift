import NeuralGraph

extension ONNXGraphReader {
  /// alpha · A · B + beta · C: a fully connected layer where A is one row and the rest constant.
  mutating func readGemm(_ node: ONNXNodeProto) throws(Refusal) {
    let attributes = NodeAttributes(node)
    let (alpha, beta) = (attributes.float("alpha", default: 1), attributes.float("beta", default: 1))
    let transposesA = attributes.integer("transA", default: 0) != 0
    let transposesB = attributes.integer("transB", default: 0) != 0
    var first = try input(node)
    guard first.extents.count == 2 else {
      throw Refusal("its input has \(first.extents.count) axes, not 2; flatten it first")
    }
    let rows = first.extents[transposesA ? 1 : 0]
    if rows == 1, let tensor = constants[node.input.count > 1 ? node.input[1] : ""] {
      let columns = tensor.dimensions.count == 2 ? tensor.dimensions[transposesB ? 0 : 1] : 0
      if let bias = rowBias(node, count: columns) {
        let layer = try fullyConnected(
          node, first, isTransposed: transposesB, scale: alpha, bias: bias.map { $0 * beta })
        return try define(node, layer)
      }
    }
    if transposesA { first = try transposed(first, [1, 0]) }
    var second = try input(node, 1)
    guard second.extents.count == 2 else { throw Refusal("input 1 has \(second.extents.count) axes, not 2") }
    if transposesB { second = try transposed(second, [1, 0]) }
    var result = try scaled(try product(first, second), by: alpha)
    if has(node, 2), beta != 0 { result = try binary(.add, result, try scaled(try input(node, 2), by: beta)) }
    try define(node, result)
  }

  /// The value times a number.
  mutating func scaled(_ value: Value, by factor: Float) throws(Refusal) -> Value {
    guard factor != 1 else { return value }
    let number = ConstantTensor(dimensions: [], elements: .floats([factor]))
    return try binary(.multiply, value, try materialize(number, "\(nodeName) factor \(factor)"))
  }

  /// The biases of one row, or nil where they are not constant.
  private func rowBias(_ node: ONNXNodeProto, count: Int) -> [Float]? {
    guard has(node, 2) else { return [Float](repeating: 0, count: count) }
    guard let tensor = constants[node.input[2]] else { return nil }
    let numbers = tensor.floats
    return numbers.count == count ? numbers : numbers.count == 1 ? [Float](repeating: numbers[0], count: count) : nil
  }

  mutating func readMatMul(_ node: ONNXNodeProto) throws(Refusal) {
    let first = try input(node)
    if has(node, 1), let matrix = constants[node.input[1]], matrix.dimensions.count == 2,
      first.extents.last == first.count, !first.extents.isEmpty
    {
      let bias = [Float](repeating: 0, count: matrix.dimensions[1])
      var layer = try fullyConnected(node, first, isTransposed: false, scale: 1, bias: bias)
      layer.extents = Array(first.extents.dropLast()) + [bias.count]
      return try define(node, layer)
    }
    let second = try input(node, 1)
    guard !first.extents.isEmpty, !second.extents.isEmpty else { throw Refusal("it multiplies a number, not a matrix") }
    try define(node, try product(first, second))
  }

  /// The matrix product as numpy's `matmul` has it: batches are broadcast, vectors become a row or a column.
  private mutating func product(_ first: Value, _ second: Value) throws(Refusal) -> Value {
    let a = first.extents.count == 1 ? [1] + first.extents : first.extents
    let b = second.extents.count == 1 ? second.extents + [1] : second.extents
    let (rows, inner, columns) = (a[a.count - 2], a[a.count - 1], b[b.count - 1])
    guard b[b.count - 2] == inner else { throw Refusal("it multiplies \(first.extents) by \(second.extents)") }
    let rank = max(a.count, b.count) - 2
    func batch(_ extents: [Int]) -> [Int] { [Int](repeating: 1, count: rank + 2 - extents.count) + extents.dropLast(2) }
    let (own, other) = (batch(a), batch(b))
    guard zip(own, other).allSatisfy({ $0 == $1 || $0 == 1 || $1 == 1 }) else {
      throw Refusal("it multiplies \(first.extents) by \(second.extents)")
    }
    let extents = zip(own, other).map(max)
    func strides(_ batch: [Int]) -> [Int] {
      zip(batch, StridedView.rowMajorStrides(batch)).map { $0 == 1 ? 0 : $1 }
    }
    let product = MatrixProduct(
      rows: rows, inner: inner, columns: columns, batch: extents, firstStrides: strides(own),
      secondStrides: strides(other))
    let result = extents + (first.extents.count == 1 ? [] : [rows]) + (second.extents.count == 1 ? [] : [columns])
    return try make(.matrixProduct(product), [first, second], extents: result)
  }

  /// A layer from all elements of a row to `bias.count` outputs, with the constant matrix of input 1.
  private mutating func fullyConnected(
    _ node: ONNXNodeProto, _ value: Value, isTransposed: Bool, scale: Float, bias: [Float]
  ) throws(Refusal) -> Value {
    let matrix = try weights(node, 1, rank: 2)
    let (outputs, inputs) = (bias.count, value.count)
    guard matrix.dimensions[isTransposed ? 1 : 0] == inputs else {
      throw Refusal("its weights are for \(matrix.dimensions[isTransposed ? 1 : 0]) elements, its input has \(inputs)")
    }
    var ordered = matrix.floats
    if !isTransposed {
      ordered = [Float](unsafeUninitializedCapacity: ordered.count) { [ordered] target, count in
        for output in 0..<outputs {
          for input in 0..<inputs { target[output * inputs + input] = ordered[input * outputs + output] }
        }
        count = ordered.count
      }
    }
    if scale != 1 { ordered = ordered.map { $0 * scale } }
    return try add(.fullyConnected(outputs: outputs), [value], extents: [1, outputs], weights: ordered, bias: bias)
  }
}
