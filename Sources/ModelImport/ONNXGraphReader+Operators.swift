import NeuralGraph

extension ONNXGraphReader {
  mutating func readConvolution(_ node: ONNXNodeProto) throws(Refusal) {
    let value = try image(node)
    let channels = shapes[value.index].channels
    let weights = try weights(node, 1, rank: 4)
    let (outputs, inputs, kernel) = (weights.dimensions[0], weights.dimensions[1], weights.dimensions[2])
    let attributes = NodeAttributes(node)
    let group = attributes.integer("group", default: 1)
    let strides = attributes.integers("strides", default: [1, 1])
    let pads = attributes.integers("pads", default: [0, 0, 0, 0])
    guard weights.dimensions[3] == kernel, kernel == 1 || kernel == 3 else {
      throw Refusal("kernel \(kernel)×\(weights.dimensions[3]) is neither 1×1 nor 3×3")
    }
    guard strides == [1, 1] || strides == [2, 2] else { throw Refusal("strides \(strides) are neither 1 nor 2") }
    guard ["NOTSET", "VALID"].contains(attributes.text("auto_pad", default: "NOTSET")) else {
      throw Refusal("automatic padding is not supported; export explicit pads")
    }
    guard pads == Array(repeating: kernel / 2, count: 4) else {
      throw Refusal("pads \(pads) are not \(kernel / 2) on all sides")
    }
    guard attributes.integers("dilations", default: [1, 1]) == [1, 1] else {
      throw Refusal("dilation is not supported")
    }
    let bias = try bias(node, 2, count: outputs)
    if group == 1 {
      guard inputs == channels else {
        throw Refusal("its weights are for \(inputs) channels, its input has \(channels)")
      }
      try append(
        .convolution(outputs: outputs, kernel: kernel, stride: strides[0]), node, value, weights: weights.floats,
        bias: bias)
    } else {
      guard group == channels, outputs == channels, inputs == 1, kernel == 3 else {
        throw Refusal("\(group) groups: only depthwise 3×3 convolutions with as many outputs as inputs are supported")
      }
      try append(.depthwise(stride: strides[0]), node, value, weights: weights.floats, bias: bias)
    }
  }

  /// y = (x − mean) · scale / √(variance + ε) + shift, made part of the weights and biases that produce x.
  mutating func readBatchNormalization(_ node: ONNXNodeProto) throws(Refusal) {
    let value = try input(node)
    guard let maker = changeableMaker(of: value), !drafts[maker].bias.isEmpty else {
      throw Refusal("its input is not a convolution's or fully connected layer's that it alone reads")
    }
    let channels = drafts[maker].bias.count
    let epsilon = Double(NodeAttributes(node).float("epsilon", default: 1e-5))
    var parameters: [[Double]] = []
    for index in 1...4 {
      let tensor = try weights(node, index, rank: 1)
      guard tensor.floats.count == channels else {
        throw Refusal("input \(index) has \(tensor.floats.count) numbers for \(channels) channels")
      }
      parameters.append(tensor.floats.map(Double.init))
    }
    let run = drafts[maker].weights.count / channels
    for channel in 0..<channels {
      let scale = parameters[0][channel] / (parameters[3][channel] + epsilon).squareRoot()
      for index in channel * run..<(channel + 1) * run {
        drafts[maker].weights[index] = Float(Double(drafts[maker].weights[index]) * scale)
      }
      let centred = Double(drafts[maker].bias[channel]) - parameters[2][channel]
      drafts[maker].bias[channel] = Float(centred * scale + parameters[1][channel])
    }
    try alias(node, value, isFlat: value.isFlat)
  }

  mutating func readActivation(_ node: ONNXNodeProto, _ activation: Activation) throws(Refusal) {
    let value = try input(node)
    if let maker = changeableMaker(of: value), drafts[maker].takesActivation {
      drafts[maker].activation = activation
      try alias(node, value, isFlat: value.isFlat)
    } else {
      try append(.activation, node, value, activation: activation, isFlat: value.isFlat)
    }
  }

  /// The activation that a Clip stands for: limits 0 and 6, or 0 and none.
  func clip(_ node: ONNXNodeProto) throws(Refusal) -> Activation {
    let attributes = NodeAttributes(node)
    func limit(_ index: Int, _ name: String) throws(Refusal) -> Float? {
      if attributes.has(name) { return attributes.float(name, default: 0) }
      guard index < node.input.count, !node.input[index].isEmpty else { return nil }
      guard let tensor = constant(node, index), tensor.floats.count == 1 else {
        throw Refusal("its \(name) is not a constant number")
      }
      return tensor.floats[0]
    }
    let (low, high) = (try limit(1, "min"), try limit(2, "max"))
    guard low == 0 else { throw Refusal("its lower limit is \(low.map { "\($0)" } ?? "missing"), only 0 is supported") }
    switch high {
    case 6: return .relu6
    case nil, Float.infinity, Float.greatestFiniteMagnitude: return .relu
    case let high?: throw Refusal("its upper limit is \(high), only 6 or none is supported")
    }
  }

  mutating func readAdd(_ node: ONNXNodeProto) throws(Refusal) {
    for (first, second) in [(0, 1), (1, 0)] {
      guard let tensor = constant(node, second) else { continue }
      let value = try input(node, first)
      guard let maker = changeableMaker(of: value), drafts[maker].bias.count == tensor.floats.count,
        Self.isBias(tensor, isFlat: value.isFlat)
      else { throw Refusal("it adds a constant that can't become the biases of the layer before it") }
      for (index, number) in tensor.floats.enumerated() { drafts[maker].bias[index] += number }
      return try alias(node, value, isFlat: value.isFlat)
    }
    let (first, second) = (try input(node, 0), try input(node, 1))
    let (a, b) = (shapes[first.index], shapes[second.index])
    guard a == b, first.isFlat == second.isFlat else { throw Refusal("it adds \(a) to \(b)") }
    try append(.add, node, first, second, isFlat: first.isFlat)
  }

  /// Whether a constant of that shape adds one number to each channel, by ONNX's broadcasting.
  private static func isBias(_ tensor: ConstantTensor, isFlat: Bool) -> Bool {
    let significant = tensor.dimensions.drop { $0 == 1 }
    return tensor.floats.count == 1
      ? tensor.dimensions.count <= 4
      : isFlat ? significant.count == 1 : significant.count == 3 && significant.dropFirst().allSatisfy { $0 == 1 }
  }

  mutating func readAveragePool(_ node: ONNXNodeProto) throws(Refusal) {
    let value = try image(node)
    let attributes = NodeAttributes(node)
    let kernel = attributes.integers("kernel_shape", default: [])
    guard kernel.count == 2, kernel[0] == kernel[1], kernel[0] > 0 else {
      throw Refusal("kernel \(kernel) is not square")
    }
    guard attributes.integers("strides", default: [1, 1]) == kernel else {
      throw Refusal("its strides are not its kernel \(kernel)")
    }
    guard attributes.integers("pads", default: [0, 0, 0, 0]).allSatisfy({ $0 == 0 }) else {
      throw Refusal("padding is not supported")
    }
    guard ["NOTSET", "VALID"].contains(attributes.text("auto_pad", default: "NOTSET")) else {
      throw Refusal("automatic padding is not supported")
    }
    try append(.averagePool(kernel: kernel[0]), node, value)
  }

  mutating func readMean(_ node: ONNXNodeProto) throws(Refusal) {
    let value = try image(node)
    let attributes = NodeAttributes(node)
    let axes = constant(node, 1)?.integers ?? attributes.integers("axes", default: [])
    guard axes.count == 2, Set(axes.map { $0 < 0 ? $0 + 4 : $0 }) == [2, 3] else {
      throw Refusal("its axes \(axes) are not height and width")
    }
    try append(.globalAveragePool, node, value, isFlat: attributes.integer("keepdims", default: 1) == 0)
  }

  /// Flatten, or a Reshape to one row of elements for each image.
  mutating func readFlatten(_ node: ONNXNodeProto) throws(Refusal) {
    let value = try input(node)
    let count = shapes[value.index].count
    if node.opType == "Flatten" {
      guard NodeAttributes(node).integer("axis", default: 1) == 1 else { throw Refusal("its axis is not 1") }
    } else {
      guard let shape = constant(node, 1)?.integers else {
        throw Refusal("its shape is not a constant; use flatten(x, 1)")
      }
      let isRow = shape.count == 2 && (shape[1] == count || shape[1] == -1 && (shape[0] == 0 || shape[0] == 1))
      guard isRow, [-1, 0, 1].contains(shape[0]) else {
        throw Refusal("shape \(shape) is not one row of \(count) elements an image")
      }
    }
    try alias(node, value, isFlat: true)
  }

  /// alpha · A · B + beta · C, with A the flat value and B, C constants.
  mutating func readGemm(_ node: ONNXNodeProto) throws(Refusal) {
    let attributes = NodeAttributes(node)
    guard attributes.integer("transA", default: 0) == 0 else { throw Refusal("transA is not supported") }
    let (alpha, beta) = (attributes.float("alpha", default: 1), attributes.float("beta", default: 1))
    let isTransposed = attributes.integer("transB", default: 0) != 0
    try appendMatrix(node, isTransposed: isTransposed, scale: alpha, biasScale: beta)
  }

  mutating func readMatMul(_ node: ONNXNodeProto) throws(Refusal) {
    try appendMatrix(node, isTransposed: false, scale: 1, biasScale: nil)
  }

  mutating func readIdentity(_ node: ONNXNodeProto) throws(Refusal) {
    if let constant = constant(node, 0) { return try alias(node, constant) }
    guard constant(node, 2)?.floats.first ?? 0 == 0 else {
      throw Refusal("it is in training mode; export in evaluation mode")
    }
    let value = try input(node)
    try alias(node, value, isFlat: value.isFlat)
  }

  /// A fully connected layer; its biases are input 2, scaled, or zeros where `biasScale` is nil.
  private mutating func appendMatrix(
    _ node: ONNXNodeProto, isTransposed: Bool, scale: Float, biasScale: Float?
  ) throws(Refusal) {
    let value = try input(node)
    let matrix = try weights(node, 1, rank: 2)
    let (rows, columns) = (matrix.dimensions[0], matrix.dimensions[1])
    let (outputs, inputs) = isTransposed ? (rows, columns) : (columns, rows)
    guard value.isFlat else { throw Refusal("its input is an image; flatten it first") }
    guard inputs == shapes[value.index].count else {
      throw Refusal("its weights are for \(inputs) elements, its input has \(shapes[value.index].count)")
    }
    let numbers = matrix.floats
    let ordered =
      isTransposed
      ? numbers : (0..<outputs).flatMap { output in (0..<inputs).map { numbers[$0 * outputs + output] } }
    let bias = try biasScale == nil ? [Float](repeating: 0, count: outputs) : bias(node, 2, count: outputs)
    try append(
      .fullyConnected(outputs: outputs), node, value, weights: ordered.map { $0 * scale },
      bias: bias.map { $0 * (biasScale ?? 1) }, isFlat: true)
  }

  /// One number for each output, or the same for all, or zeros where the input is missing.
  private func bias(_ node: ONNXNodeProto, _ index: Int, count: Int) throws(Refusal) -> [Float] {
    guard index < node.input.count, !node.input[index].isEmpty else { return [Float](repeating: 0, count: count) }
    guard let tensor = constant(node, index) else { throw Refusal("its biases are not constant") }
    let numbers = tensor.floats
    if numbers.count == 1 { return [Float](repeating: numbers[0], count: count) }
    guard numbers.count == count else { throw Refusal("it has \(numbers.count) biases for \(count) outputs") }
    return numbers
  }
}
