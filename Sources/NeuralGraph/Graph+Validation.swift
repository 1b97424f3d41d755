extension Graph {
  /// The longest edge, and the most channels, of a tensor.
  package static let maximumEdge = 1 << 14
  /// The most elements of one value.
  package static let maximumElements = 1 << 24
  /// The most elements of all values together.
  package static let maximumTotalElements = 1 << 26

  /// The shape of every value, at the index of the value, once everything about the graph has been found right.
  ///
  /// Whoever has called this may trust the graph: operators fit their inputs, weights lie inside ``weights`` and are
  /// finite, outputs exist, and no product of sizes overflows.
  package func validated() throws(GraphError) -> [TensorShape] {
    guard Self.isAllowed(input.shape) else { throw .inputShape(input.shape) }
    for part in inputParts where part.range.isEmpty || part.range.upperBound > input.shape.count {
      throw .inputPart(name: part.name, part.range, elements: input.shape.count)
    }
    var shapes = [input.shape]
    var total = input.shape.count
    for (index, node) in nodes.enumerated() {
      let shape: TensorShape
      do throws(GraphError.NodeFault) {
        shape = try outputShape(of: node, shapes: shapes)
      } catch {
        throw .node(index: index, name: node.name, error)
      }
      total += shape.count
      guard total <= Self.maximumTotalElements else { throw .tooManyElements }
      shapes.append(shape)
    }
    try validateOutputs(shapes: shapes)
    if let index = weights.firstIndex(where: { !$0.isFinite }) { throw .nonFiniteWeight(index: index) }
    return shapes
  }

  /// The number of multiply-adds of one run for one image; the graph has been validated and gave these `shapes`.
  package func multiplyAdds(shapes: [TensorShape]) -> Int {
    zip(nodes, shapes.dropFirst()).reduce(0) { sum, pair in
      switch pair.0.operation {
      case .convolution(_, _, _, let weights, _, _): sum + weights.count * pair.1.height * pair.1.width
      case .depthwiseConvolution: sum + 9 * pair.1.count
      case .fullyConnected(_, let weights, _, _): sum + weights.count
      case .add, .activation, .averagePool, .globalAveragePool: sum
      case .general(let general): sum + general.multiplyAdds
      }
    }
  }

  /// Whether a value may have that shape: edges of 1 to ``maximumEdge`` and at most ``maximumElements``.
  package static func isAllowed(_ shape: TensorShape) -> Bool {
    let edges = 1...maximumEdge
    guard edges.contains(shape.channels), edges.contains(shape.height), edges.contains(shape.width) else {
      return false
    }
    return shape.count <= maximumElements
  }

  private func outputShape(of node: Node, shapes: [TensorShape]) throws(GraphError.NodeFault) -> TensorShape {
    for value in node.inputs where !shapes.indices.contains(value) {
      throw .unavailableValue(value, limit: shapes.count)
    }
    if case .general(let general) = node.operation {
      if case .constant(let numbers, let extents) = general {
        try check(numbers, "numbers", count: try GeneralOperator.count(extents))
      }
      return try general.outputShape(inputs: node.inputs.map { shapes[$0] })
    }
    let arity = if case .add = node.operation { 2 } else { 1 }
    guard node.inputs.count == arity else { throw .inputCount(found: node.inputs.count, expected: arity) }
    let first = shapes[node.inputs[0]]
    switch node.operation {
    case .convolution(let outputs, let kernel, let stride, let weights, let bias, _):
      guard kernel == 1 || kernel == 3 else { throw .kernel(kernel) }
      let shape = try Self.strided(first, channels: outputs, stride: stride)
      try check(weights, "weights", count: outputs * first.channels * kernel * kernel)
      try check(bias, "biases", count: outputs)
      return shape
    case .depthwiseConvolution(let stride, let weights, let bias, _):
      let shape = try Self.strided(first, channels: first.channels, stride: stride)
      try check(weights, "weights", count: first.channels * 9)
      try check(bias, "biases", count: first.channels)
      return shape
    case .add:
      let second = shapes[node.inputs[1]]
      guard first == second else { throw .shapesDiffer(first, second) }
      return first
    case .activation:
      return first
    case .averagePool(let kernel):
      guard (1...Self.maximumEdge).contains(kernel) else { throw .kernel(kernel) }
      guard first.height % kernel == 0, first.width % kernel == 0 else { throw .notDivisible(first, kernel: kernel) }
      return TensorShape(channels: first.channels, height: first.height / kernel, width: first.width / kernel)
    case .globalAveragePool:
      return TensorShape(channels: first.channels, height: 1, width: 1)
    case .fullyConnected(let outputs, let weights, let bias, _):
      guard (1...Self.maximumEdge).contains(outputs) else { throw .outputCount(outputs) }
      try check(weights, "weights", count: outputs * first.count)
      try check(bias, "biases", count: outputs)
      return TensorShape(channels: outputs, height: 1, width: 1)
    case .general(let general): return try general.outputShape(inputs: [first])
    }
  }

  private static func strided(
    _ shape: TensorShape, channels: Int, stride: Int
  ) throws(GraphError.NodeFault) -> TensorShape {
    guard stride == 1 || stride == 2 else { throw .stride(stride) }
    guard (1...maximumEdge).contains(channels) else { throw .outputCount(channels) }
    let result = TensorShape(
      channels: channels, height: (shape.height + stride - 1) / stride, width: (shape.width + stride - 1) / stride)
    guard isAllowed(result) else { throw .tooLarge }
    return result
  }

  private func check(_ range: WeightRange, _ what: String, count: Int) throws(GraphError.NodeFault) {
    guard range.count == count else { throw .weightCount(what: what, found: range.count, expected: count) }
    guard range.offset >= 0, range.count <= weights.count, range.offset <= weights.count - range.count else {
      throw .weightRange(what: what, range, total: weights.count)
    }
  }

  private func validateOutputs(shapes: [TensorShape]) throws(GraphError) {
    guard !outputs.isEmpty else { throw .noOutputs }
    var names = Set<String>()
    for output in outputs {
      guard names.insert(output.name).inserted else { throw .output(name: output.name, .duplicateName) }
      guard shapes.indices.contains(output.value) else {
        throw .output(name: output.name, .unknownValue(output.value, limit: shapes.count))
      }
      let elements = shapes[output.value].count
      guard !output.range.isEmpty, output.range.lowerBound >= 0, output.range.upperBound <= elements else {
        throw .output(name: output.name, .range(output.range, elements: elements))
      }
      guard output.elementNames.isEmpty || output.elementNames.count == output.range.count else {
        throw .output(
          name: output.name, .elementNames(found: output.elementNames.count, expected: output.range.count))
      }
    }
  }
}
