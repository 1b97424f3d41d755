import NeuralGraph

extension ONNXGraphReader {
  mutating func readDropout(_ node: ONNXNodeProto) throws(Refusal) {
    let isTraining = constant(node, 2)?.floats.first ?? 0
    guard isTraining == 0 || constant(node, 1)?.floats.first == 0 else {
      throw Refusal("it is in training mode; export in evaluation mode")
    }
    guard node.output.count < 2 || node.output[1].isEmpty else { throw Refusal("it gives its mask as well") }
    try define(node, try input(node))
  }

  mutating func readReshape(_ node: ONNXNodeProto) throws(Refusal) {
    let value = try input(node)
    let attributes = NodeAttributes(node)
    guard
      let shape = try integers(node, 1, "shape")
        ?? (attributes.has("shape") ? attributes.integers("shape", default: []) : nil)
    else { throw Refusal("it has no shape") }
    var extents: [Int] = []
    for (axis, size) in shape.enumerated() {
      if size == 0, attributes.integer("allowzero", default: 0) == 0 {
        guard axis < value.extents.count else { throw Refusal("shape \(shape) keeps an axis that is not there") }
        extents.append(value.extents[axis])
      } else {
        extents.append(size)
      }
    }
    guard extents.allSatisfy({ (-1...Graph.maximumElements).contains($0) }),
      extents.count <= GeneralOperator.maximumRank
    else {
      throw Refusal("shape \(shape) is impossible")
    }
    let known = extents.filter { $0 != -1 }.reduce(1.0) { $0 * Double($1) }
    if let unknown = extents.firstIndex(of: -1), known > 0, Double(value.count) >= known {
      extents[unknown] = value.count / Int(known)
    }
    guard !extents.contains(-1), extents.reduce(1.0, { $0 * Double($1) }) == Double(value.count) else {
      throw Refusal("shape \(shape) does not hold the \(value.count) elements of \(value.extents)")
    }
    try define(node, value, extents: extents)
  }

  mutating func readFlatten(_ node: ONNXNodeProto) throws(Refusal) {
    let value = try input(node)
    let rank = value.extents.count
    let given = NodeAttributes(node).integer("axis", default: 1)
    let axis = given < 0 ? given + rank : given
    guard (0...rank).contains(axis) else { throw Refusal("axis \(given) is none of \(rank)") }
    try define(
      node, value, extents: [value.extents[..<axis].reduce(1, *), value.extents[axis...].reduce(1, *)])
  }

  mutating func readSqueeze(_ node: ONNXNodeProto) throws(Refusal) {
    let value = try input(node)
    let rank = value.extents.count
    let attributes = NodeAttributes(node)
    var axes: Set<Int> = []
    if let given = try integers(node, 1, "axes")
      ?? (attributes.has("axes") ? attributes.integers("axes", default: []) : nil)
    {
      for one in given { axes.insert(try axis(one, rank: rank)) }
    } else {
      axes = Set(value.extents.indices.filter { value.extents[$0] == 1 })
    }
    guard axes.allSatisfy({ value.extents[$0] == 1 }) else {
      throw Refusal("axes \(axes.sorted()) of \(value.extents) are not all 1")
    }
    try define(node, value, extents: value.extents.indices.filter { !axes.contains($0) }.map { value.extents[$0] })
  }

  mutating func readUnsqueeze(_ node: ONNXNodeProto) throws(Refusal) {
    let value = try input(node)
    let given = try integers(node, 1, "axes") ?? NodeAttributes(node).integers("axes", default: [])
    let rank = value.extents.count + given.count
    guard rank <= GeneralOperator.maximumRank else { throw Refusal("its result has \(rank) axes") }
    var axes: Set<Int> = []
    for one in given { axes.insert(try axis(one, rank: rank)) }
    guard axes.count == given.count else { throw Refusal("axes \(given) repeat") }
    var rest = value.extents.makeIterator()
    try define(node, value, extents: (0..<rank).map { axes.contains($0) ? 1 : rest.next() ?? 1 })
  }

  mutating func readTranspose(_ node: ONNXNodeProto) throws(Refusal) {
    let value = try input(node)
    let rank = value.extents.count
    let order = NodeAttributes(node).integers("perm", default: (0..<rank).reversed())
    guard order.sorted() == Array(0..<rank) else { throw Refusal("perm \(order) is no order of \(rank) axes") }
    let extents = order.map { value.extents[$0] }
    // Nothing moves where only axes of edge 1 change places.
    if order.filter({ value.extents[$0] != 1 }) == order.filter({ value.extents[$0] != 1 }).sorted() {
      return try define(node, value, extents: extents)
    }
    try define(node, try transposed(value, order))
  }

  /// The value with its axes in another order.
  mutating func transposed(_ value: Value, _ order: [Int]) throws(Refusal) -> Value {
    let strides = StridedView.rowMajorStrides(value.extents)
    let extents = order.map { value.extents[$0] }
    let view = StridedView(sizes: extents, strides: order.map { strides[$0] }, offset: 0, source: value.count)
    return try make(.rearrange(view), [value], extents: extents)
  }

  mutating func readSlice(_ node: ONNXNodeProto) throws(Refusal) {
    let attributes = NodeAttributes(node)
    var value = try input(node)
    func list(_ index: Int, _ name: String) throws(Refusal) -> [Int]? {
      try integers(node, index, name) ?? (attributes.has(name) ? attributes.integers(name, default: []) : nil)
    }
    guard let starts = try list(1, "starts"), let ends = try list(2, "ends") else {
      throw Refusal("it has no starts or ends")
    }
    let axes = try list(3, "axes") ?? Array(starts.indices)
    let steps = try list(4, "steps") ?? [Int](repeating: 1, count: starts.count)
    guard ends.count == starts.count, axes.count == starts.count, steps.count == starts.count else {
      throw Refusal("\(starts.count) starts, \(ends.count) ends, \(axes.count) axes and \(steps.count) steps don't fit")
    }
    var ranges = value.extents.map { SliceRange(start: 0, count: $0, step: 1) }
    for index in starts.indices {
      let axis = try axis(axes[index], rank: value.extents.count)
      guard steps[index] != 0, abs(steps[index]) <= Graph.maximumElements else {
        throw Refusal("step \(steps[index]) is impossible")
      }
      ranges[axis] = SliceRange(start: starts[index], end: ends[index], step: steps[index], length: value.extents[axis])
    }
    value = try sliced(value, ranges)
    try define(node, value)
  }

  /// The elements of a value in these ranges of its axes.
  mutating func sliced(_ value: Value, _ ranges: [SliceRange]) throws(Refusal) -> Value {
    let strides = StridedView.rowMajorStrides(value.extents)
    let extents = ranges.map(\.count)
    if extents == value.extents, ranges.allSatisfy({ $0.step > 0 }) { return value }
    let view = StridedView(
      sizes: extents, strides: zip(ranges, strides).map { $0.step * $1 },
      offset: zip(ranges, strides).reduce(0) { $0 + $1.0.start * $1.1 }, source: value.count)
    return try make(.rearrange(view), [value], extents: extents)
  }

  mutating func readSplit(_ node: ONNXNodeProto) throws(Refusal) {
    let value = try input(node)
    let attributes = NodeAttributes(node)
    let axis = try axis(attributes.integer("axis", default: 0), rank: value.extents.count)
    let length = value.extents[axis]
    let parts = node.output.count
    var lengths = try integers(node, 1, "split") ?? attributes.integers("split", default: [])
    if lengths.isEmpty {
      let each = (length + parts - 1) / max(parts, 1)
      lengths = (0..<parts).map { max(min(each, length - $0 * each), 0) }
    }
    guard lengths.count == parts, lengths.allSatisfy({ (0...length).contains($0) }), lengths.reduce(0, +) == length
    else {
      throw Refusal("parts \(lengths) do not make the \(length) elements of its axis")
    }
    var start = 0
    for (index, part) in lengths.enumerated() {
      var ranges = value.extents.map { SliceRange(start: 0, count: $0, step: 1) }
      ranges[axis] = SliceRange(start: start, count: part, step: 1)
      start += part
      if !node.output[index].isEmpty { try define(node, try sliced(value, ranges), output: index) }
    }
  }

  mutating func readConcatenation(_ node: ONNXNodeProto) throws(Refusal) {
    var inputs: [Value] = []
    for index in node.input.indices { inputs.append(try input(node, index)) }
    guard let first = inputs.first else { throw Refusal("it has no inputs") }
    let rank = first.extents.count
    let axis = try axis(NodeAttributes(node).integer("axis", default: 1), rank: rank)
    for value in inputs {
      guard value.extents.count == rank,
        (0..<rank).allSatisfy({ $0 == axis || value.extents[$0] == first.extents[$0] })
      else { throw Refusal("\(first.extents) and \(value.extents) can't be joined on axis \(axis)") }
    }
    try define(node, try concatenated(inputs.filter { $0.count > 0 }, axis: axis, like: first))
  }

  /// Values one after the other along an axis.
  private mutating func concatenated(_ inputs: [Value], axis: Int, like first: Value) throws(Refusal) -> Value {
    var extents = first.extents
    let lengths = inputs.map { $0.extents[axis] }
    extents[axis] = lengths.reduce(0, +)
    let split = AxisSplit(extents, axis: axis)
    if inputs.count == 1, let only = inputs.first { return only }
    return try make(
      .concatenate(outer: split.outer, lengths: lengths, inner: split.inner), inputs, extents: extents)
  }

  mutating func readExpand(_ node: ONNXNodeProto) throws(Refusal) {
    let value = try input(node)
    guard let shape = try integers(node, 1, "shape") else { throw Refusal("it has no shape") }
    let rank = max(shape.count, value.extents.count)
    let own = [Int](repeating: 1, count: rank - value.extents.count) + value.extents
    let wished = [Int](repeating: 1, count: rank - shape.count) + shape
    guard zip(own, wished).allSatisfy({ $0 == $1 || $0 == 1 || $1 == 1 }) else {
      throw Refusal("\(value.extents) can't be repeated to \(shape)")
    }
    let extents = zip(own, wished).map(max)
    try define(
      node,
      extents == own
        ? value : try make(.rearrange(StridedView(broadcasting: own, to: extents)), [value], extents: extents),
      extents: extents)
  }

  /// Gather with constant indices: slices, one after the other.
  mutating func readGather(_ node: ONNXNodeProto) throws(Refusal) {
    let value = try input(node)
    guard let tensor = constant(node, 1), let indices = tensor.integers else {
      throw Refusal("its indices are not constant")
    }
    let axis = try axis(NodeAttributes(node).integer("axis", default: 0), rank: value.extents.count)
    let length = value.extents[axis]
    guard (1...255).contains(indices.count), indices.allSatisfy({ (-length..<length).contains($0) }) else {
      throw Refusal("\(indices.count) indices, not 1 to 255 of \(length) elements")
    }
    var slices: [Value] = []
    for index in indices {
      var ranges = value.extents.map { SliceRange(start: 0, count: $0, step: 1) }
      ranges[axis] = SliceRange(start: index < 0 ? index + length : index, count: 1, step: 1)
      slices.append(try sliced(value, ranges))
    }
    var extents = value.extents
    extents.replaceSubrange(axis...axis, with: tensor.dimensions)
    try define(node, try concatenated(slices, axis: axis, like: slices[0]), extents: extents)
  }
}

/// The elements of one axis that a slice takes.
struct SliceRange {
  var start: Int
  var count: Int
  var step: Int

  init(start: Int, count: Int, step: Int) {
    self.start = start
    self.count = count
    self.step = step
  }

  /// As ONNX's Slice says it: negative places count from the end, and places beyond the ends are held there.
  init(start: Int, end: Int, step: Int, length: Int) {
    func place(_ position: Int, _ range: ClosedRange<Int>) -> Int {
      min(max(position < 0 ? position + length : position, range.lowerBound), range.upperBound)
    }
    let first = step > 0 ? place(start, 0...length) : place(start, -1...max(length - 1, -1))
    let last = step > 0 ? place(end, 0...length) : place(end, -1...max(length - 1, -1))
    let span = step > 0 ? last - first : first - last
    self.init(start: max(first, 0), count: max((span + abs(step) - 1) / abs(step), 0), step: step)
  }
}
