import NeuralGraph

extension ONNXGraphReader {
  mutating func readMaxPool(_ node: ONNXNodeProto) throws(Refusal) {
    let value = try input(node)
    let (axes, outer) = try windows(node, value)
    let extents = Array(value.extents[..<2]) + axes.map(\.output)
    if !(node.output.first ?? "").isEmpty {
      let pool = GeneralPool(kind: .maximum, outer: outer, axes: SlidingWindow.three(axes))
      try define(node, try make(.pool(pool), [value], extents: extents))
    }
    if node.output.count > 1, !node.output[1].isEmpty {
      let order = NodeAttributes(node).integer("storage_order", default: 0)
      let pool = GeneralPool(
        kind: .maximumIndex, outer: outer, axes: SlidingWindow.three(axes), isColumnMajor: order != 0)
      var indices = try make(.pool(pool), [value], extents: extents)
      indices.isInteger = true
      try define(node, indices, output: 1)
    }
  }

  mutating func readAveragePool(_ node: ONNXNodeProto) throws(Refusal) {
    let value = try input(node)
    let (axes, outer) = try windows(node, value)
    let extents = Array(value.extents[..<2]) + axes.map(\.output)
    if axes.count == 2, axes.allSatisfy({ $0.isBlock && $0.kernel == axes[0].kernel }) {
      let input = try folded(value)
      return try define(node, try add(.averagePool(kernel: axes[0].kernel), [input], extents: extents))
    }
    let countsPadding = NodeAttributes(node).integer("count_include_pad", default: 0) != 0
    let pool = GeneralPool(
      kind: countsPadding ? .averageWithPadding : .average, outer: outer, axes: SlidingWindow.three(axes))
    try define(node, try make(.pool(pool), [value], extents: extents))
  }

  private func windows(_ node: ONNXNodeProto, _ value: Value) throws(Refusal) -> (axes: [WindowAxis], outer: Int) {
    guard (3...5).contains(value.extents.count) else {
      throw Refusal("its input has \(value.extents.count) axes, not 3 to 5")
    }
    let window = try SlidingWindow(node, kernel: nil, rank: value.extents.count - 2)
    return (try window.axes(over: Array(value.extents[2...])), value.extents[0] * value.extents[1])
  }

  mutating func readGlobalPool(_ node: ONNXNodeProto) throws(Refusal) {
    let value = try input(node)
    guard value.extents.count > 2 else { throw Refusal("its input has no height and width") }
    let reduction: Reduction = node.opType == "GlobalMaxPool" ? .maximum : .mean
    try define(node, try reduced(value, reduction, axes: Array(2..<value.extents.count), keepsAxes: true))
  }

  mutating func readReduction(_ node: ONNXNodeProto) throws(Refusal) {
    let value = try input(node)
    let attributes = NodeAttributes(node)
    var axes: Set<Int> = []
    let given = try integers(node, 1, "axes") ?? attributes.integers("axes", default: [])
    for one in given { axes.insert(try axis(one, rank: value.extents.count)) }
    if given.isEmpty {
      if attributes.integer("noop_with_empty_axes", default: 0) != 0 { return try define(node, value) }
      axes = Set(value.extents.indices)
    }
    let reductions: [String: Reduction] = ["ReduceSum": .sum, "ReduceMax": .maximum, "ReduceMin": .minimum]
    let keepsAxes = attributes.integer("keepdims", default: 1) != 0
    try define(
      node, try reduced(value, reductions[node.opType] ?? .mean, axes: axes.sorted(), keepsAxes: keepsAxes))
  }

  private mutating func reduced(
    _ value: Value, _ reduction: Reduction, axes: [Int], keepsAxes: Bool
  ) throws(Refusal) -> Value {
    let kept = value.extents.indices.filter { !axes.contains($0) }
    let extents =
      keepsAxes
      ? value.extents.indices.map { axes.contains($0) ? 1 : value.extents[$0] } : kept.map { value.extents[$0] }
    if reduction == .mean, value.extents.count == 4, axes == [2, 3] {
      return try add(.globalAveragePool, [try folded(value)], extents: extents)
    }
    return try make(.reduce(reduction, extents: value.extents, axes: axes), [value], extents: extents)
  }

  /// Softmax along one axis; before opset 13 over all axes from that one on.
  mutating func readSoftmax(_ node: ONNXNodeProto) throws(Refusal) {
    let value = try input(node)
    let rank = value.extents.count
    guard rank > 0 else { throw Refusal("its input is one number") }
    let axis = try axis(NodeAttributes(node).integer("axis", default: opset < 13 ? 1 : -1), rank: rank)
    var split = AxisSplit(value.extents, axis: axis)
    if opset < 13 { split = AxisSplit(outer: split.outer, length: split.length * split.inner, inner: 1) }
    try define(node, try make(.softmax(split), [value], extents: value.extents))
  }
}

extension WindowAxis {
  /// Whether the windows are blocks side by side that cover the input.
  fileprivate var isBlock: Bool {
    stride == kernel && step == 1 && offset == 0 && padAfter == 0 && input == output * kernel
  }
}
