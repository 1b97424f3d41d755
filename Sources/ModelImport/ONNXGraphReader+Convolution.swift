import NeuralGraph

extension ONNXGraphReader {
  mutating func readConvolution(_ node: ONNXNodeProto) throws(Refusal) {
    let value = try input(node)
    let weights = try weightExtents(node, rank: value.extents.count)
    let group = NodeAttributes(node).integer("group", default: 1)
    let (channels, outputs) = (value.extents[1], weights[0])
    guard group > 0, channels == weights[1] * group, outputs % group == 0 else {
      throw Refusal("its weights are for \(weights[1]) channels in \(group) groups, its input has \(channels)")
    }
    let axes = try SlidingWindow(node, kernel: Array(weights[2...]), rank: weights.count - 2).axes(
      over: Array(value.extents[2...]))
    let extents = [value.extents[0], outputs] + axes.map(\.output)
    if let layer = layer(group: group, channels: channels, outputs: outputs, axes: axes), value.extents[0] == 1,
      let constant = constant(node, 1), constant.integers == nil, let bias = try bias(node, 2, count: outputs)
    {
      let input = try folded(value)
      return try define(node, try add(layer, [input], extents: extents, weights: constant.floats, bias: bias))
    }
    let convolution = GeneralConvolution(
      batch: value.extents[0], groups: group, inputChannels: weights[1], outputChannels: outputs / group,
      axes: SlidingWindow.three(axes), isTransposed: false)
    try define(node, try make(.convolution(convolution), try operands(node, value, outputs), extents: extents))
  }

  /// Gurn's own layer that does the same, if there is one.
  private func layer(group: Int, channels: Int, outputs: Int, axes: [WindowAxis]) -> Draft.Kind? {
    guard axes.count == 2, let (y, x) = axes.first.flatMap({ first in axes.last.map { (first, $0) } }),
      y.kernel == x.kernel, y.stride == x.stride, y.kernel == 1 || y.kernel == 3, y.stride == 1 || y.stride == 2,
      axes.allSatisfy({
        ($0.step == 1 || $0.kernel == 1) && $0.offset == $0.kernel / 2
          && $0.output == ($0.input + $0.stride - 1) / $0.stride
      })
    else { return nil }
    if group == 1 { return .convolution(outputs: outputs, kernel: y.kernel, stride: y.stride) }
    return group == channels && outputs == channels && y.kernel == 3 ? .depthwise(stride: y.stride) : nil
  }

  mutating func readTransposedConvolution(_ node: ONNXNodeProto) throws(Refusal) {
    let value = try input(node)
    let weights = try weightExtents(node, rank: value.extents.count)
    let attributes = NodeAttributes(node)
    let group = attributes.integer("group", default: 1)
    let channels = value.extents[1]
    guard group > 0, channels == weights[0], channels % group == 0 else {
      throw Refusal("its weights are for \(weights[0]) channels in \(group) groups, its input has \(channels)")
    }
    let window = try SlidingWindow(node, kernel: Array(weights[2...]), rank: weights.count - 2)
    let rank = weights.count - 2
    let extra = attributes.integers("output_padding", default: [Int](repeating: 0, count: rank))
    let wished = attributes.integers("output_shape", default: [])
    guard extra.count == rank, extra.allSatisfy({ (0...Graph.maximumEdge).contains($0) }),
      wished.isEmpty || wished.count >= rank, wished.allSatisfy({ (1...Graph.maximumEdge).contains($0) })
    else { throw Refusal("output_padding \(extra) or output_shape \(wished) are impossible") }
    var axes: [WindowAxis] = []
    for axis in 0..<rank {
      let (length, stride) = (value.extents[2 + axis], window.strides[axis])
      let whole = stride * (length - 1) + extra[axis] + window.reach(axis)
      var pad = window.given(axis)
      if !wished.isEmpty {
        pad = window.shared(max(whole - wished[wished.count - rank + axis], 0))
      } else if window.isSame {
        pad = window.shared(max(whole - length * stride, 0))
      }
      let output = wished.isEmpty ? whole - pad.before - pad.after : wished[wished.count - rank + axis]
      guard output > 0 else { throw Refusal("its result has no elements") }
      axes.append(
        WindowAxis(
          input: length, output: output, kernel: window.kernel[axis], stride: 1, step: -window.dilations[axis],
          offset: -pad.before, divisor: stride))
    }
    let outputs = weights[1] * group
    let convolution = GeneralConvolution(
      batch: value.extents[0], groups: group, inputChannels: channels / group, outputChannels: weights[1],
      axes: SlidingWindow.three(axes), isTransposed: true)
    try define(
      node,
      try make(
        .convolution(convolution), try operands(node, value, outputs),
        extents: [value.extents[0], outputs] + axes.map(\.output)))
  }

  /// The extents of a convolution's weights, constant or not.
  private mutating func weightExtents(_ node: ONNXNodeProto, rank: Int) throws(Refusal) -> [Int] {
    guard (3...5).contains(rank) else { throw Refusal("its input has \(rank) axes, not 3 to 5") }
    let constant = has(node, 1) ? constants[node.input[1]]?.dimensions : nil
    var extents = constant ?? []
    if constant == nil { extents = try input(node, 1).extents }
    guard extents.count == rank, extents.allSatisfy({ $0 > 0 }) else {
      throw Refusal("input 1 has dimensions \(extents), \(rank) of them are right")
    }
    return extents
  }

  /// Input, weights and, if there are any, biases.
  private mutating func operands(_ node: ONNXNodeProto, _ value: Value, _ outputs: Int) throws(Refusal) -> [Value] {
    var operands = [value, try input(node, 1)]
    if has(node, 2) {
      let bias = try input(node, 2)
      guard bias.count == outputs else { throw Refusal("it has \(bias.count) biases for \(outputs) outputs") }
      operands.append(bias)
    }
    return operands
  }

  /// One constant for each output, zeros where the input is missing, nil where it is not constant.
  mutating func bias(_ node: ONNXNodeProto, _ index: Int, count: Int) throws(Refusal) -> [Float]? {
    guard has(node, index) else { return [Float](repeating: 0, count: count) }
    guard let tensor = constants[node.input[index]] else { return nil }
    guard tensor.floats.count == count else {
      throw Refusal("it has \(tensor.floats.count) biases for \(count) outputs")
    }
    return tensor.floats
  }

  // MARK: - Batch normalisation

  /// y = (x − mean) · scale / √(variance + ε) + shift: part of the weights that produce x where that can be, else a
  /// product and a sum.
  mutating func readBatchNormalization(_ node: ONNXNodeProto) throws(Refusal) {
    let value = try input(node)
    let attributes = NodeAttributes(node)
    guard value.extents.count > 1 else { throw Refusal("its input has no channels") }
    if attributes.integer("training_mode", default: 0) != 0 { return try readTrainingNormalization(node, value) }
    guard node.output.filter({ !$0.isEmpty }).count < 2 else {
      throw Refusal("it gives statistics without training_mode")
    }
    let channels = value.extents[1]
    let epsilon = attributes.float("epsilon", default: 1e-5)
    let extents = [1, channels] + [Int](repeating: 1, count: value.extents.count - 2)
    guard (1...4).allSatisfy({ has(node, $0) && constants[node.input[$0]] != nil }) else {
      return try readVariableNormalization(node, value, extents, epsilon)
    }
    var scale: [Float] = []
    var shift: [Float] = []
    let parameters = try (1...4).map { (index) throws(Refusal) in
      try weights(node, index, rank: 1).floats.map(Double.init)
    }
    guard parameters.allSatisfy({ $0.count == channels }) else {
      throw Refusal("it has parameters for \(parameters.map(\.count)) channels, its input has \(channels)")
    }
    for channel in 0..<channels {
      let factor = parameters[0][channel] / (parameters[3][channel] + Double(epsilon)).squareRoot()
      scale.append(Float(factor))
      shift.append(Float(parameters[1][channel] - parameters[2][channel] * factor))
    }
    if let maker = changeableMaker(of: value), drafts[maker].bias.count == channels, value.extents[0] == 1,
      drafts[maker].isImage == (value.extents.count == 4)
    {
      drafts[maker].scale(by: scale, shift: shift)
      return try define(node, value)
    }
    func constant(_ numbers: [Float], _ what: String) throws(Refusal) -> Value {
      try materialize(ConstantTensor(dimensions: extents, elements: .floats(numbers)), "\(nodeName) \(what)")
    }
    let product = try binary(.multiply, value, try constant(scale, "scale"))
    try define(node, try binary(.add, product, try constant(shift, "shift")))
  }

  private mutating func readVariableNormalization(
    _ node: ONNXNodeProto, _ value: Value, _ extents: [Int], _ epsilon: Float
  ) throws(Refusal) {
    let centred = try binary(.subtract, value, try channels(node, 3, extents))
    try define(node, try normalized(node, centred, variance: try channels(node, 4, extents), extents, epsilon))
  }

  /// As in training: the statistics are those of the input, and the running ones move towards them.
  private mutating func readTrainingNormalization(_ node: ONNXNodeProto, _ value: Value) throws(Refusal) {
    let attributes = NodeAttributes(node)
    let rank = value.extents.count
    let extents = [1, value.extents[1]] + [Int](repeating: 1, count: rank - 2)
    let axes = [0] + Array(2..<rank)
    func mean(_ reader: inout ONNXGraphReader, _ value: Value) throws(Refusal) -> Value {
      try reader.make(.reduce(.mean, extents: value.extents, axes: axes), [value], extents: extents)
    }
    let average = try mean(&self, value)
    let centred = try binary(.subtract, value, average)
    let variance = try mean(&self, try binary(.multiply, centred, centred))
    let epsilon = attributes.float("epsilon", default: 1e-5)
    try define(node, try normalized(node, centred, variance: variance, extents, epsilon))
    let momentum = attributes.float("momentum", default: 0.9)
    for (output, input, current) in [(1, 3, average), (2, 4, variance)] where node.output.count > output {
      let kept = try scaled(try channels(node, input, extents), by: momentum)
      let moved = try binary(.add, kept, try scaled(current, by: 1 - momentum))
      try define(node, moved, extents: [extents[1]], output: output)
    }
  }

  /// scale · centred / √(variance + ε) + shift, with scale and shift from inputs 1 and 2.
  private mutating func normalized(
    _ node: ONNXNodeProto, _ centred: Value, variance: Value, _ extents: [Int], _ epsilon: Float
  ) throws(Refusal) -> Value {
    let small = try materialize(ConstantTensor(dimensions: [], elements: .floats([epsilon])), "\(nodeName) epsilon")
    let sum = try binary(.add, variance, small)
    let deviation = try make(.function(ElementFunction(.squareRoot)), [sum], extents: extents)
    let factor = try binary(.divide, try channels(node, 1, extents), deviation)
    return try binary(.add, try binary(.multiply, centred, factor), try channels(node, 2, extents))
  }

  /// An input of one number a channel, with the extents that broadcast it.
  private mutating func channels(_ node: ONNXNodeProto, _ index: Int, _ extents: [Int]) throws(Refusal) -> Value {
    var parameter = try input(node, index)
    guard parameter.count == extents[1] else {
      throw Refusal("it has \(parameter.count) numbers in input \(index) for \(extents[1]) channels")
    }
    parameter.extents = extents
    return parameter
  }
}

extension ONNXGraphReader.Draft {
  /// Makes the result of each output channel y · scale + shift.
  fileprivate mutating func scale(by scale: [Float], shift: [Float]) {
    let run = weights.count / bias.count
    weights.withUnsafeMutableBufferPointer { weights in
      for channel in scale.indices {
        for index in channel * run..<(channel + 1) * run { weights[index] *= scale[channel] }
      }
    }
    for channel in scale.indices { bias[channel] = bias[channel] * scale[channel] + shift[channel] }
  }
}
