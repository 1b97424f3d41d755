import NeuralGraph

extension ONNXGraphReader {
  /// One of the activations that layers can take over from the node that follows them.
  mutating func readActivation(_ node: ONNXNodeProto, _ activation: Activation) throws(Refusal) {
    let value = try input(node)
    if let maker = changeableMaker(of: value), drafts[maker].takesActivation {
      drafts[maker].activation = activation
      try define(node, value)
    } else {
      try define(node, try add(.activation, [value], extents: value.extents, activation: activation))
    }
  }

  mutating func readFunction(_ node: ONNXNodeProto, _ function: ElementFunction) throws(Refusal) {
    let value = try input(node)
    try define(node, try make(.function(function), [value], extents: value.extents))
  }

  /// Clip by constants is an activation, by other values a maximum and a minimum.
  mutating func readClip(_ node: ONNXNodeProto) throws(Refusal) {
    let attributes = NodeAttributes(node)
    func number(_ name: String) -> Float? { attributes.has(name) ? attributes.float(name, default: 0) : nil }
    func limit(_ tensor: ConstantTensor?, _ name: String) throws(Refusal) -> Float? {
      guard let tensor else { return number(name) }
      guard tensor.floats.count == 1 else { throw Refusal("its \(name) is not one number") }
      return tensor.floats[0]
    }
    let (low, high) = (
      constants[node.input.count > 1 ? node.input[1] : ""], constants[node.input.count > 2 ? node.input[2] : ""]
    )
    guard has(node, 1) == (low != nil), has(node, 2) == (high != nil) else { return try readVariableClip(node) }
    let (a, b) = (
      try limit(low, "min") ?? -.greatestFiniteMagnitude, try limit(high, "max") ?? .greatestFiniteMagnitude
    )
    switch (a, b) {
    case (0, 6): try readActivation(node, .relu6)
    case (0, .greatestFiniteMagnitude...): try readActivation(node, .relu)
    default:
      let reach = -Float.greatestFiniteMagnitude...Float.greatestFiniteMagnitude
      let function = ElementFunction(
        .clip, a: min(max(a, reach.lowerBound), reach.upperBound), b: min(max(b, reach.lowerBound), reach.upperBound))
      try readFunction(node, function)
    }
  }

  private mutating func readVariableClip(_ node: ONNXNodeProto) throws(Refusal) {
    var value = try input(node)
    for (index, function) in [(1, BinaryFunction.maximum), (2, .minimum)] where has(node, index) {
      value = try binary(function, value, try input(node, index))
    }
    try define(node, value)
  }

  /// Where: each operand where it is to be kept, zero elsewhere, and their sum.
  mutating func readWhere(_ node: ONNXNodeProto) throws(Refusal) {
    var condition = try input(node)
    condition.isInteger = false
    let kept = try binary(.keepWhere, condition, try input(node, 1))
    let other = try binary(.keepUnless, condition, try input(node, 2))
    try define(node, try binary(.add, kept, other))
  }

  /// Cast to the kind of numbers of input 1.
  mutating func readCastLike(_ node: ONNXNodeProto) throws(Refusal) {
    try define(node, try cast(try input(node), toInteger: try input(node, 1).isInteger))
  }

  /// An operator of two inputs, or of any number for those that ONNX lets have more.
  mutating func readBinary(_ node: ONNXNodeProto, _ function: BinaryFunction) throws(Refusal) {
    guard node.input.count > 0 else { throw Refusal("input 0 is missing") }
    if node.input.count == 1 { return try define(node, try input(node)) }
    if function == .add, try readBias(node) { return }
    var result = try input(node)
    for index in 1..<node.input.count { result = try binary(function, result, try input(node, index)) }
    if function == .divide, result.isInteger {
      result = try make(.function(ElementFunction(.truncation)), [result], extents: result.extents)
    }
    try define(node, result)
  }

  /// A function of two tensors, broadcast against each other.
  mutating func binary(_ function: BinaryFunction, _ first: Value, _ second: Value) throws(Refusal) -> Value {
    let rank = max(first.extents.count, second.extents.count)
    func aligned(_ extents: [Int]) -> [Int] { [Int](repeating: 1, count: rank - extents.count) + extents }
    let (a, b) = (aligned(first.extents), aligned(second.extents))
    guard zip(a, b).allSatisfy({ $0 == $1 || $0 == 1 || $1 == 1 }) else {
      throw Refusal("\(first.extents) and \(second.extents) can't be broadcast")
    }
    let extents = zip(a, b).map { $0 == 0 || $1 == 0 ? 0 : max($0, $1) }
    if function == .add, a == b, first.index >= 0, second.index >= 0, shapes[first.index] == shapes[second.index] {
      return try add(.add, [first, second], extents: extents)
    }
    var (own, other) = Self.merged(a, b)
    // Fewer axes, but not at the price of another shape, which layers that follow would have to undo.
    if TensorShape(folding: zip(own, other).map(max)) != TensorShape(folding: extents) { (own, other) = (a, b) }
    return try make(.binary(function, first: own, second: other), [first, second], extents: extents)
  }

  /// The same pair of extents with as few axes as say it: neighbours that are repeated alike become one.
  private static func merged(_ first: [Int], _ second: [Int]) -> ([Int], [Int]) {
    var (a, b): ([Int], [Int]) = ([], [])
    var kinds: [Int] = []
    for (x, y) in zip(first, second) where x != 1 || y != 1 {
      let kind = x == y ? 0 : x == 1 ? 1 : 2
      if kinds.last == kind {
        a[a.count - 1] *= x
        b[b.count - 1] *= y
      } else {
        a.append(x)
        b.append(y)
        kinds.append(kind)
      }
    }
    return a.isEmpty ? ([1], [1]) : (a, b)
  }

  /// Makes a constant that is added to a layer's result part of its biases; false where that can't be.
  private mutating func readBias(_ node: ONNXNodeProto) throws(Refusal) -> Bool {
    guard node.input.count == 2 else { return false }
    for (first, second) in [(0, 1), (1, 0)] {
      guard let tensor = constants[node.input[second]], tensor.integers == nil, let value = values[node.input[first]],
        let maker = changeableMaker(of: value), !drafts[maker].bias.isEmpty
      else { continue }
      let count = drafts[maker].bias.count
      let channelAxis = value.extents.count - 1 - (drafts[maker].isImage ? 2 : 0)
      let fromEnd = value.extents.count - channelAxis
      guard tensor.floats.count == count, channelAxis >= 0, value.extents[channelAxis] == count,
        value.extents[..<channelAxis].allSatisfy({ $0 == 1 }), tensor.dimensions.count >= fromEnd,
        tensor.dimensions.count <= value.extents.count, tensor.dimensions[tensor.dimensions.count - fromEnd] == count
      else { continue }
      for (index, number) in tensor.floats.enumerated() { drafts[maker].bias[index] += number }
      try define(node, value)
      return true
    }
    return false
  }
}

extension ONNXGraphReader.Draft {
  /// Whether its biases belong to the third axis from the end rather than to the last.
  var isImage: Bool { if case .fullyConnected = kind { false } else { true } }
}
