/// Builds the bytes of a model file.
struct ModelFileEncoder {
  private var bytes: [UInt8] = []

  static func encode(_ graph: Graph) throws(ModelFileError.Fault) -> [UInt8] {
    do throws(GraphError) { _ = try graph.validated() } catch { throw .graph(error) }
    var description = ModelFileEncoder()
    try description.append(graph)
    let end = ModelFile.headerSize + description.bytes.count
    let weightsOffset = (end + ModelFile.weightAlignment - 1) / ModelFile.weightAlignment * ModelFile.weightAlignment

    var file = ModelFileEncoder()
    file.append(UInt64(weightsOffset + 2 * graph.weights.count))
    file.append(UInt32(description.bytes.count))
    file.append(UInt32(0))
    file.append(UInt64(weightsOffset))
    file.append(UInt64(graph.weights.count))
    file.append(UInt64(0))
    file.append(UInt64(0))
    file.bytes += description.bytes
    file.bytes += [UInt8](repeating: 0, count: weightsOffset - end)
    for (index, weight) in graph.weights.enumerated() {
      let half = HalfPrecision.bits(weight)
      guard half & 0x7C00 != 0x7C00 else { throw .weightTooLarge(index: index, value: weight) }
      file.append(half)
    }

    var start = ModelFileEncoder(bytes: ModelFile.magic)
    start.append(version(of: graph))
    start.append(CRC32.checksum(file.bytes))
    let whole = start.bytes + file.bytes
    guard whole.count <= ModelFile.maximumSize else { throw .tooLarge(whole.count) }
    return whole
  }

  private static func version(of graph: Graph) -> UInt32 {
    let isGeneral = graph.nodes.contains { if case .general = $0.operation { true } else { false } }
    return isGeneral || !graph.inputParts.isEmpty ? 3 : graph.crops.isEmpty ? 1 : 2
  }

  private mutating func append(_ graph: Graph) throws(ModelFileError.Fault) {
    try append(text: graph.name, "the model's name")
    try append(text: graph.input.name, "the input's name")
    append(UInt32(graph.input.shape.channels))
    append(UInt32(graph.input.shape.height))
    append(UInt32(graph.input.shape.width))
    append(graph.input.normalization.rawValue)
    append(UInt32(graph.nodes.count))
    for node in graph.nodes { try append(node) }
    append(UInt32(graph.outputs.count))
    for output in graph.outputs { try append(output) }
    guard Self.version(of: graph) > 1 else { return }
    append(UInt32(graph.crops.count))
    for crop in graph.crops {
      append(UInt32(crop.landmarks.count))
      for landmark in crop.landmarks { append(UInt32(landmark)) }
      append(crop.offset.bitPattern)
      append(crop.sideFactor.bitPattern)
      append(UInt8(crop.mirrored ? 1 : 0))
    }
    guard Self.version(of: graph) > 2 else { return }
    append(UInt32(graph.inputParts.count))
    for part in graph.inputParts {
      try append(text: part.name, "an input's name")
      append(UInt32(part.range.lowerBound))
      append(UInt32(part.range.upperBound))
    }
  }

  private mutating func append(_ operation: GeneralOperator) {
    append(operation.code)
    let fields = operation.fields
    append(UInt16(fields.integers.count))
    for integer in fields.integers { append(Int32(integer)) }
    append(UInt16(fields.reals.count))
    for real in fields.reals { append(real.bitPattern) }
  }

  private mutating func append(_ node: Graph.Node) throws(ModelFileError.Fault) {
    try append(text: node.name, "a node's name")
    append(UInt8(node.inputs.count))
    for input in node.inputs { append(UInt32(input)) }
    if case .general(let general) = node.operation { return append(general) }
    append(OperatorCode(node.operation).rawValue)
    switch node.operation {
    case .convolution(let outputs, let kernel, let stride, let weights, let bias, let activation):
      append(UInt32(outputs))
      append(UInt8(kernel))
      append(UInt8(stride))
      try append(weights)
      try append(bias)
      append(activation.rawValue)
    case .depthwiseConvolution(let stride, let weights, let bias, let activation):
      append(UInt8(stride))
      try append(weights)
      try append(bias)
      append(activation.rawValue)
    case .add(let activation), .activation(let activation):
      append(activation.rawValue)
    case .averagePool(let kernel):
      append(UInt32(kernel))
    case .globalAveragePool:
      break
    case .fullyConnected(let outputs, let weights, let bias, let activation):
      append(UInt32(outputs))
      try append(weights)
      try append(bias)
      append(activation.rawValue)
    case .general(let general): append(general)
    }
  }

  private mutating func append(_ output: Graph.Output) throws(ModelFileError.Fault) {
    try append(text: output.name, "an output's name")
    try append(text: output.unit, "an output's unit")
    append(UInt32(output.value))
    append(UInt32(output.range.lowerBound))
    append(UInt32(output.range.upperBound))
    append(UInt32(output.elementNames.count))
    for name in output.elementNames { try append(text: name, "an element's name") }
  }

  private mutating func append(_ range: WeightRange) throws(ModelFileError.Fault) {
    guard let offset = UInt32(exactly: range.offset), let count = UInt32(exactly: range.count) else {
      throw .tooMany(what: "weights", count: range.offset)
    }
    append(offset)
    append(count)
  }

  private mutating func append(text: String, _ what: String) throws(ModelFileError.Fault) {
    let utf8 = Array(text.utf8)
    guard utf8.count <= ModelFile.maximumTextLength else { throw .tooMany(what: "bytes of \(what)", count: utf8.count) }
    guard text.isPrintable else { throw .text(what: what, atByte: ModelFile.headerSize + bytes.count) }
    append(UInt16(utf8.count))
    bytes += utf8
  }

  private mutating func append(_ value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.littleEndian) { bytes += $0 }
  }
}

/// The operators' numbers in the file.
enum OperatorCode: UInt8 {
  case convolution = 1
  case depthwiseConvolution = 2
  case add = 3
  case activation = 4
  case averagePool = 5
  case globalAveragePool = 6
  case fullyConnected = 7
  /// From here on the operators of ``GeneralOperator``, which knows their numbers.
  case general = 8

  /// The number of the last operator.
  static let lastGeneral: UInt8 = 19

  init(_ operation: Operator) {
    switch operation {
    case .convolution: self = .convolution
    case .depthwiseConvolution: self = .depthwiseConvolution
    case .add: self = .add
    case .activation: self = .activation
    case .averagePool: self = .averagePool
    case .globalAveragePool: self = .globalAveragePool
    case .fullyConnected: self = .fullyConnected
    case .general: self = .general
    }
  }
}

extension String {
  /// Whether it can be shown in one line: no control characters and no line separators.
  var isPrintable: Bool {
    unicodeScalars.allSatisfy { scalar in
      switch scalar.properties.generalCategory {
      case .control, .lineSeparator, .paragraphSeparator, .format, .surrogate: false
      default: true
      }
    }
  }
}
