/// Reads the bytes of a model file, which may be anything: every length is checked before it is believed.
struct ModelFileDecoder {
  private let bytes: UnsafeRawBufferPointer
  private var position: Int
  private let end: Int

  static func decode(_ bytes: UnsafeRawBufferPointer) throws(ModelFileError.Fault) -> Graph {
    guard !bytes.isEmpty else { throw .empty }
    guard bytes.prefix(ModelFile.magic.count).elementsEqual(ModelFile.magic.prefix(bytes.count)) else {
      throw .notAModel
    }
    guard bytes.count >= ModelFile.headerSize else {
      throw .truncated(atByte: bytes.count, expected: UInt64(ModelFile.headerSize))
    }
    let header = try Header(bytes)
    var decoder = ModelFileDecoder(
      bytes: bytes, position: ModelFile.headerSize, end: ModelFile.headerSize + header.descriptionSize)
    var graph = try decoder.graph(version: header.version)
    guard decoder.position == decoder.end else { throw .descriptionGoesOn(atByte: decoder.position) }
    graph.weights = (0..<header.weightCount).map { index in
      let bits = bytes.loadUnaligned(fromByteOffset: header.weightsOffset + 2 * index, as: UInt16.self)
      return HalfPrecision.float(UInt16(littleEndian: bits))
    }
    do throws(GraphError) { _ = try graph.validated() } catch { throw .graph(error) }
    return graph
  }

  /// The sizes in the header, checked against each other and against the file.
  private struct Header {
    let version: UInt32
    let descriptionSize: Int
    let weightsOffset: Int
    let weightCount: Int

    init(_ bytes: UnsafeRawBufferPointer) throws(ModelFileError.Fault) {
      func load<T: FixedWidthInteger>(_ offset: Int, as: T.Type) -> T {
        T(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: T.self))
      }
      let version = load(8, as: UInt32.self)
      guard version <= ModelFile.version else { throw .newerVersion(version) }
      guard version > 0 else { throw .unknownVersion(version) }
      let size = load(16, as: UInt64.self)
      guard UInt64(bytes.count) >= size else { throw .truncated(atByte: bytes.count, expected: size) }
      guard UInt64(bytes.count) == size else { throw .trailingBytes(found: bytes.count, expected: size) }
      let expected = load(12, as: UInt32.self)
      let found = CRC32.checksum(bytes[ModelFile.checksumEnd...])
      guard found == expected else { throw .checksum(found: found, expected: expected) }

      let description = UInt64(load(24, as: UInt32.self))
      let offset = load(32, as: UInt64.self)
      let count = load(40, as: UInt64.self)
      let end = UInt64(ModelFile.headerSize) + description
      let alignment = UInt64(ModelFile.weightAlignment)
      guard end <= size else { throw .header(field: "description size", value: description) }
      guard offset == (end + alignment - 1) / alignment * alignment, offset <= size else {
        throw .header(field: "weights offset", value: offset)
      }
      guard (size - offset) % 2 == 0, count == (size - offset) / 2 else {
        throw .header(field: "weight count", value: count)
      }
      for reserved in [28, 48, 52, 56, 60] where load(reserved, as: UInt32.self) != 0 {
        throw .header(field: "reserved field", value: UInt64(load(reserved, as: UInt32.self)))
      }
      self.version = version
      descriptionSize = Int(description)
      weightsOffset = Int(offset)
      weightCount = Int(count)
    }
  }

  private mutating func graph(version: UInt32) throws(ModelFileError.Fault) -> Graph {
    let name = try text("the model's name")
    let inputName = try text("the input's name")
    let shape = TensorShape(
      channels: try integer("the input's channels"), height: try integer("the input's height"),
      width: try integer("the input's width"))
    let code = try read(UInt8.self, "the normalisation")
    guard let normalization = Graph.Normalization(rawValue: code) else {
      throw .unknownCode(what: "normalisation", code, atByte: position - 1)
    }
    // Arrays grow as their elements are read: a count alone reserves nothing.
    var nodes: [Graph.Node] = []
    for _ in 0..<(try integer("the number of nodes")) { nodes.append(try node()) }
    var outputs: [Graph.Output] = []
    for _ in 0..<(try integer("the number of outputs")) { outputs.append(try output()) }
    var crops: [LandmarkCrop] = []
    if version > 1 {
      for _ in 0..<(try integer("the number of crops")) { crops.append(try crop()) }
    }
    var parts: [Graph.InputPart] = []
    if version > 2 {
      for _ in 0..<(try integer("the number of inputs")) { parts.append(try inputPart()) }
    }
    return Graph(
      name: name, input: .init(name: inputName, shape: shape, normalization: normalization), inputParts: parts,
      nodes: nodes, outputs: outputs, crops: crops, weights: [])
  }

  private mutating func inputPart() throws(ModelFileError.Fault) -> Graph.InputPart {
    let name = try text("an input's name")
    let lower = try read(UInt32.self, "an input's range")
    let upper = try read(UInt32.self, "an input's range")
    guard lower <= upper else { throw .elementRange(output: name, lower: lower, upper: upper) }
    return Graph.InputPart(name: name, range: Int(lower)..<Int(upper))
  }

  private mutating func generalOperator(_ code: UInt8) throws(ModelFileError.Fault) -> GeneralOperator {
    let start = position
    var integers: [Int] = []
    for _ in 0..<(try read(UInt16.self, "an operator's integers")) {
      integers.append(Int(Int32(bitPattern: try read(UInt32.self, "an operator's integers"))))
    }
    var reals: [Float] = []
    for _ in 0..<(try read(UInt16.self, "an operator's reals")) {
      reals.append(Float(bitPattern: try read(UInt32.self, "an operator's reals")))
    }
    guard let operation = GeneralOperator(code: code, OperatorFields(integers: integers, reals: reals)) else {
      throw .operatorFields(code, atByte: start)
    }
    return operation
  }

  private mutating func crop() throws(ModelFileError.Fault) -> LandmarkCrop {
    let start = position
    var landmarks: [Int] = []
    for _ in 0..<(try integer("a crop's landmarks")) { landmarks.append(try integer("a crop's landmarks")) }
    let offset = Float(bitPattern: try read(UInt32.self, "a crop's offset"))
    let side = Float(bitPattern: try read(UInt32.self, "a crop's side"))
    let mirrored = try read(UInt8.self, "a crop's mirroring")
    guard let crop = LandmarkCrop(validating: landmarks, offset: offset, sideFactor: side, mirrored: mirrored == 1),
      mirrored <= 1
    else { throw .crop(atByte: start) }
    return crop
  }

  private mutating func node() throws(ModelFileError.Fault) -> Graph.Node {
    let name = try text("a node's name")
    var inputs: [Int] = []
    for _ in 0..<(try read(UInt8.self, "a node's inputs")) { inputs.append(try integer("a node's inputs")) }
    return Graph.Node(name: name, operation: try operation(), inputs: inputs)
  }

  private mutating func operation() throws(ModelFileError.Fault) -> Operator {
    let number = try read(UInt8.self, "an operator")
    if (OperatorCode.general.rawValue...OperatorCode.lastGeneral).contains(number) {
      return .general(try generalOperator(number))
    }
    guard let code = OperatorCode(rawValue: number) else {
      throw .unknownCode(what: "operator", number, atByte: position - 1)
    }
    switch code {
    case .convolution:
      return .convolution(
        outputChannels: try integer("output channels"), kernel: Int(try read(UInt8.self, "a kernel")),
        stride: Int(try read(UInt8.self, "a stride")), weights: try weightRange(), bias: try weightRange(),
        activation: try activation())
    case .depthwiseConvolution:
      return .depthwiseConvolution(
        stride: Int(try read(UInt8.self, "a stride")), weights: try weightRange(), bias: try weightRange(),
        activation: try activation())
    case .add: return .add(activation: try activation())
    case .activation: return .activation(try activation())
    case .averagePool: return .averagePool(kernel: try integer("a pool's kernel"))
    case .globalAveragePool: return .globalAveragePool
    case .fullyConnected:
      return .fullyConnected(
        outputs: try integer("outputs"), weights: try weightRange(), bias: try weightRange(),
        activation: try activation())
    case .general: return .general(try generalOperator(number))
    }
  }

  private mutating func output() throws(ModelFileError.Fault) -> Graph.Output {
    let name = try text("an output's name")
    let unit = try text("an output's unit")
    let value = try integer("an output's value")
    let lower = try read(UInt32.self, "an output's range")
    let upper = try read(UInt32.self, "an output's range")
    guard lower <= upper else { throw .elementRange(output: name, lower: lower, upper: upper) }
    var elementNames: [String] = []
    for _ in 0..<(try integer("the number of element names")) { elementNames.append(try text("an element's name")) }
    return Graph.Output(
      name: name, unit: unit, value: value, range: Int(lower)..<Int(upper), elementNames: elementNames)
  }

  private mutating func activation() throws(ModelFileError.Fault) -> Activation {
    let code = try read(UInt8.self, "an activation")
    guard let activation = Activation(rawValue: code) else {
      throw .unknownCode(what: "activation", code, atByte: position - 1)
    }
    return activation
  }

  private mutating func weightRange() throws(ModelFileError.Fault) -> WeightRange {
    WeightRange(offset: try integer("a weight range"), count: try integer("a weight range"))
  }

  private mutating func integer(_ what: String) throws(ModelFileError.Fault) -> Int {
    Int(try read(UInt32.self, what))
  }

  private mutating func read<T: FixedWidthInteger>(_: T.Type, _ what: String) throws(ModelFileError.Fault) -> T {
    guard end - position >= MemoryLayout<T>.size else { throw .descriptionEnds(atByte: end, reading: what) }
    defer { position += MemoryLayout<T>.size }
    return T(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: T.self))
  }

  private mutating func text(_ what: String) throws(ModelFileError.Fault) -> String {
    let start = position
    let length = Int(try read(UInt16.self, what))
    guard length <= ModelFile.maximumTextLength else { throw .tooMany(what: "bytes of \(what)", count: length) }
    guard end - position >= length else { throw .descriptionEnds(atByte: end, reading: what) }
    defer { position += length }
    guard let text = String(validating: bytes[position..<position + length], as: UTF8.self), text.isPrintable else {
      throw .text(what: what, atByte: start)
    }
    return text
  }
}
