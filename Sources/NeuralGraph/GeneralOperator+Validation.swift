extension GeneralOperator {
  /// Numbers beyond this are no size, stride or offset of a tensor that fits ``Graph/maximumElements``.
  private static let limit = Graph.maximumElements
  /// The longest axis that is padded or resized to.
  private static let tableLimit = 1 << 20
  /// The most axes of a tensor.
  package static let maximumRank = 8

  /// The number of elements of a tensor, of 1 to ``Graph/maximumElements``.
  static func count(_ extents: [Int]) throws(GraphError.NodeFault) -> Int {
    guard extents.count <= maximumRank else { throw .parameters("\(extents.count) axes are more than \(maximumRank)") }
    var count = 1
    for extent in extents {
      guard (1...limit).contains(extent) else { throw .parameters("extents \(extents) are not all 1 to \(limit)") }
      count *= extent
      guard count <= limit else { throw .tooLarge }
    }
    return count
  }

  /// The result's shape, once fields and inputs have been found to fit; the numbers of a constant are the graph's to check.
  package func outputShape(inputs: [TensorShape]) throws(GraphError.NodeFault) -> TensorShape {
    let (expected, extents) = try signature(inputCount: inputs.count)
    let count = try Self.count(extents)
    guard inputs.count == expected?.count ?? inputs.count else {
      throw .inputCount(found: inputs.count, expected: expected?.count ?? 1)
    }
    for (index, right) in (expected ?? []).enumerated() where inputs[index].count != right {
      throw .elementCount(input: index, found: inputs[index].count, expected: right)
    }
    // An element-wise function leaves its input's shape alone.
    if case .function = self {
      guard let first = inputs.first, inputs.count == 1 else { throw .inputCount(found: inputs.count, expected: 1) }
      return first
    }
    let shape = TensorShape(folding: extents)
    guard Graph.isAllowed(shape), shape.count == count else { throw .tooLarge }
    return shape
  }

  /// The inputs' numbers of elements (nil where any will do) and the result's extents.
  private func signature(inputCount: Int) throws(GraphError.NodeFault) -> (inputs: [Int]?, extents: [Int]) {
    switch self {
    case .constant(_, let extents): return ([], extents)
    case .function(let function):
      guard function.a.isFinite, function.b.isFinite else { throw .parameters("its parameters are not finite") }
      return (nil, [1])
    case .binary(_, let first, let second):
      let counts = [try Self.count(first), try Self.count(second)]
      guard first.count == second.count, zip(first, second).allSatisfy({ $0 == $1 || $0 == 1 || $1 == 1 }) else {
        throw .parameters("extents \(first) and \(second) can't be broadcast")
      }
      return (counts, zip(first, second).map(max))
    case .rearrange(let view): return ([try view.checkedSource()], view.sizes)
    case .pad(let padding):
      try Self.check([padding.before, padding.after], 0...Self.tableLimit)
      let (count, split) = (try Self.count(padding.split), padding.split)
      guard padding.value.isFinite else { throw .parameters("it pads with \(padding.value)") }
      return ([count], [split.outer, padding.length, split.inner])
    case .resize(let resizing):
      let (count, split) = (try Self.count(resizing.split), resizing.split)
      try Self.check([resizing.length], 1...Self.tableLimit)
      guard [resizing.cubic, resizing.start, resizing.end, resizing.extrapolation].allSatisfy(\.isFinite),
        resizing.scale > 1e-3, resizing.scale < 1e6, !resizing.antialias || resizing.scale > 1 / 64
      else {
        throw .parameters(
          "scale \(resizing.scale) is not between 0.001 (1/64 antialiased) and 1e6, or another field not finite")
      }
      return ([count], [split.outer, resizing.length, split.inner])
    case .convolution(let convolution): return try convolution.signature(inputCount: inputCount)
    case .pool(let pool):
      try Self.check(pool.axes)
      try Self.check([pool.outer], 1...Self.limit)
      return ([try Self.count([pool.outer] + pool.axes.map(\.input))], [pool.outer] + pool.axes.map(\.output))
    case .reduce(_, let extents, let axes):
      guard Set(axes).count == axes.count, axes.allSatisfy(extents.indices.contains) else {
        throw .parameters("axes \(axes) are not those of \(extents)")
      }
      return ([try Self.count(extents)], extents.indices.map { axes.contains($0) ? 1 : extents[$0] })
    case .softmax(let split): return ([try Self.count(split)], [split.outer, split.length, split.inner])
    case .concatenate(let outer, let lengths, let inner):
      guard (1...255).contains(lengths.count) else { throw .parameters("\(lengths.count) inputs are not 1 to 255") }
      var counts: [Int] = []
      for length in lengths { counts.append(try Self.count([outer, length, inner])) }
      return (counts, [outer, lengths.reduce(0, +), inner])
    case .matrixProduct(let product): return try product.signature()
    }
  }

  private static func count(_ split: AxisSplit) throws(GraphError.NodeFault) -> Int {
    try count([split.outer, split.length, split.inner])
  }

  static func check(_ numbers: [Int], _ range: ClosedRange<Int>) throws(GraphError.NodeFault) {
    guard numbers.allSatisfy(range.contains) else {
      throw .parameters("\(numbers) are not all \(range.lowerBound) to \(range.upperBound)")
    }
  }

  static func check(_ axes: [WindowAxis]) throws(GraphError.NodeFault) {
    guard axes.count == 3 else { throw .parameters("a window has \(axes.count) axes where 3 are right") }
    for axis in axes {
      try check([axis.input, axis.output, axis.kernel, axis.divisor], 1...limit)
      try check([axis.stride, axis.step, axis.offset, axis.padAfter], -limit...limit)
    }
  }

  /// The number of multiply-adds of one run; the operator is valid.
  package var multiplyAdds: Int {
    // In floating point, because the product of what a file says may be any size.
    let product: Double
    switch self {
    case .convolution(let convolution):
      let channels = Double(convolution.batch * convolution.groups * convolution.inputChannels)
      product = convolution.axes.reduce(channels * Double(convolution.outputChannels)) {
        $0 * Double($1.output * $1.kernel) / Double($1.divisor)
      }
    case .matrixProduct(let matrices):
      product = Double(matrices.count * matrices.rows) * Double(matrices.inner * matrices.columns)
    case .constant, .function, .binary, .rearrange, .pad, .resize, .pool, .reduce, .softmax, .concatenate: product = 0
    }
    return Int(min(product, 1e18))
  }
}

extension StridedView {
  /// The number of elements of the source, once all that is picked lies inside.
  fileprivate func checkedSource() throws(GraphError.NodeFault) -> Int {
    let limit = Graph.maximumElements
    try GeneralOperator.check([source], 1...limit)
    try GeneralOperator.check(strides + [offset], -limit...limit)
    guard sizes.count == strides.count else { throw .parameters("\(strides.count) strides for \(sizes.count) axes") }
    _ = try GeneralOperator.count(sizes)
    let steps = zip(sizes, strides).map { ($0 - 1) * $1 }
    let first = offset + steps.filter { $0 < 0 }.reduce(0, +)
    let last = offset + steps.filter { $0 > 0 }.reduce(0, +)
    guard first >= 0, last < source else {
      throw .parameters("it picks elements \(first)…\(last) of \(source)")
    }
    return source
  }
}

extension GeneralConvolution {
  fileprivate func signature(inputCount: Int) throws(GraphError.NodeFault) -> (inputs: [Int]?, extents: [Int]) {
    try GeneralOperator.check(axes)
    let input = try GeneralOperator.count([batch, groups, inputChannels] + axes.map(\.input))
    let weights = try GeneralOperator.count([groups, inputChannels, outputChannels] + axes.map(\.kernel))
    let channels = try GeneralOperator.count([groups, outputChannels])
    return ([input, weights] + (inputCount == 3 ? [channels] : []), [batch, channels] + axes.map(\.output))
  }
}

extension MatrixProduct {
  fileprivate func signature() throws(GraphError.NodeFault) -> (inputs: [Int]?, extents: [Int]) {
    try GeneralOperator.check([rows, inner, columns], 1...Graph.maximumElements)
    _ = try GeneralOperator.count(batch)
    guard firstStrides.count == batch.count, secondStrides.count == batch.count else {
      throw .parameters("\(firstStrides.count) and \(secondStrides.count) strides for \(batch.count) axes")
    }
    try GeneralOperator.check(firstStrides + secondStrides, 0...Graph.maximumElements)
    func matrices(_ strides: [Int]) -> Int { zip(batch, strides).reduce(1) { $0 + ($1.0 - 1) * $1.1 } }
    let first = try GeneralOperator.count([matrices(firstStrides), rows, inner])
    let second = try GeneralOperator.count([matrices(secondStrides), inner, columns])
    return ([first, second], [count, rows, columns])
  }
}
