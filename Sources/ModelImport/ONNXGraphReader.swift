import NeuralGraph

/// Turns ONNX nodes, one after the other, into the nodes of a ``Graph``.
///
/// Tensors are known by name: constants by their numbers, all others by the value that holds them. Nodes that change
/// nothing (Identity, Flatten, …) only give a value another name; activations and normalisations disappear into the node
/// that makes their input when nobody else reads it.
struct ONNXGraphReader {
  /// A value under one of its names.
  struct Value {
    var index: Int
    /// Whether it is a matrix of N × elements rather than N × C × H × W.
    var isFlat: Bool
    /// Whether one node alone reads it, so that its maker may be changed.
    var isExclusive: Bool
  }

  /// A node with weights of its own, before they are put together.
  struct Draft {
    enum Kind: Equatable {
      case convolution(outputs: Int, kernel: Int, stride: Int)
      case depthwise(stride: Int)
      case fullyConnected(outputs: Int)
      case add
      case activation
      case averagePool(kernel: Int)
      case globalAveragePool
    }

    var name: String
    var kind: Kind
    var inputs: [Int]
    var weights: [Float] = []
    var bias: [Float] = []
    var activation: Activation = .none

    /// Whether an activation can be part of it.
    var takesActivation: Bool {
      switch kind {
      case .convolution, .depthwise, .fullyConnected, .add: activation == .none
      case .activation, .averagePool, .globalAveragePool: false
      }
    }
  }

  private(set) var shapes: [TensorShape]
  private(set) var constants: [String: ConstantTensor] = [:]
  var drafts: [Draft] = []
  private let inputName: String
  private var values: [String: Value] = [:]
  private var readers: [String: Int] = [:]

  /// `kept` are tensors that are outputs although the graph does not say so.
  init(_ model: ONNXModelProto, kept: [String]) throws(ImportError) {
    for tensor in model.graph.initializer {
      do throws(Refusal) { constants[tensor.name] = try ConstantTensor(tensor) } catch {
        throw .tensor(name: tensor.name, reason: error.reason)
      }
    }
    let initialized = Set(model.graph.initializer.map(\.name))
    let inputs = model.graph.input.filter { !initialized.contains($0.name) }
    guard inputs.count == 1 else { throw .input("\(inputs.count) inputs where one image is right") }
    shapes = [try Self.imageShape(inputs[0])]
    inputName = inputs[0].name
    values[inputName] = Value(index: 0, isFlat: false, isExclusive: false)
    for name in model.graph.node.flatMap(\.input) + model.graph.output.map(\.name) { readers[name, default: 0] += 1 }
    let outputs = Set(model.graph.output.map(\.name))
    for name in Set(kept) where !outputs.contains(name) { readers[name, default: 0] += 1 }
  }

  private static func imageShape(_ input: ONNXValueInfoProto) throws(ImportError) -> TensorShape {
    let dimensions = input.type.tensorType.shape.dim
    guard dimensions.count == 4 else {
      throw .input("'\(input.name)' has \(dimensions.count) dimensions, not N, C, H, W")
    }
    var sizes: [Int] = []
    for dimension in dimensions.dropFirst() {
      guard (1...Int64(Graph.maximumEdge)).contains(dimension.dimValue) else {
        throw .input("'\(input.name)' has no fixed channels, height and width")
      }
      sizes.append(Int(dimension.dimValue))
    }
    return TensorShape(channels: sizes[0], height: sizes[1], width: sizes[2])
  }

  /// The value that a tensor's name stands for.
  func value(of name: String) -> Int? { values[name]?.index }

  /// Reads one node; nodes come in an order in which inputs are made before they are read.
  mutating func read(_ node: ONNXNodeProto) throws(ImportError) {
    do throws(Refusal) {
      guard node.domain.isEmpty || node.domain == "ai.onnx" else { throw Refusal("domain '\(node.domain)' is unknown") }
      try readOperator(node)
    } catch {
      let name = node.name.isEmpty ? node.output.first ?? "" : node.name
      throw .node(name: name, operation: node.opType, reason: error.reason)
    }
  }

  private mutating func readOperator(_ node: ONNXNodeProto) throws(Refusal) {
    switch node.opType {
    case "Conv": try readConvolution(node)
    case "BatchNormalization": try readBatchNormalization(node)
    case "Relu": try readActivation(node, .relu)
    case "Clip": try readActivation(node, try clip(node))
    case "Sigmoid": try readActivation(node, .sigmoid)
    case "Elu":
      guard NodeAttributes(node).float("alpha", default: 1) == 1 else { throw Refusal("alpha is not 1") }
      try readActivation(node, .elu)
    case "Add": try readAdd(node)
    case "AveragePool": try readAveragePool(node)
    case "GlobalAveragePool": try append(.globalAveragePool, node, try image(node))
    case "ReduceMean": try readMean(node)
    case "Flatten", "Reshape": try readFlatten(node)
    case "Gemm": try readGemm(node)
    case "MatMul": try readMatMul(node)
    case "Identity", "Dropout": try readIdentity(node)
    case "Constant":
      guard let tensor = NodeAttributes(node).tensor("value") else { throw Refusal("it holds no tensor") }
      constants[try output(node)] = try ConstantTensor(tensor)
    default: throw Refusal("this operator is not supported")
    }
  }

  // MARK: - For the operators

  /// The name of a node's only output.
  func output(_ node: ONNXNodeProto) throws(Refusal) -> String {
    guard let name = node.output.first, !name.isEmpty else { throw Refusal("it has no output") }
    return name
  }

  /// The value that an input of a node holds.
  func input(_ node: ONNXNodeProto, _ index: Int = 0) throws(Refusal) -> Value {
    guard index < node.input.count else { throw Refusal("input \(index) is missing") }
    guard let value = values[node.input[index]] else {
      throw Refusal("input '\(node.input[index])' is not a tensor that an earlier node makes")
    }
    return value
  }

  /// The value of a node's first input, which must be an image.
  func image(_ node: ONNXNodeProto) throws(Refusal) -> Value {
    let value = try input(node)
    guard !value.isFlat else { throw Refusal("its input is flat, not an image") }
    return value
  }

  /// The constant that an input of a node holds, or nil where there is no such input or it is no constant.
  func constant(_ node: ONNXNodeProto, _ index: Int) -> ConstantTensor? {
    index < node.input.count ? constants[node.input[index]] : nil
  }

  /// The weights of that many dimensions that an input of a node holds.
  func weights(_ node: ONNXNodeProto, _ index: Int, rank: Int) throws(Refusal) -> ConstantTensor {
    guard let tensor = constant(node, index) else { throw Refusal("input \(index) is not a constant") }
    guard tensor.dimensions.count == rank, !tensor.floats.isEmpty else {
      throw Refusal("input \(index) has dimensions \(tensor.dimensions), \(rank) of them are right")
    }
    return tensor
  }

  /// The node that makes a value, if it may be changed because nobody else reads it.
  func changeableMaker(of value: Value) -> Int? {
    guard value.isExclusive, value.index > 0, drafts[value.index - 1].activation == .none else { return nil }
    return value.index - 1
  }

  /// Gives the node's output the value under another name.
  mutating func alias(_ node: ONNXNodeProto, _ value: Value, isFlat: Bool) throws(Refusal) {
    let name = try output(node)
    values[name] = Value(
      index: value.index, isFlat: isFlat, isExclusive: value.isExclusive && readers[name, default: 0] <= 1)
  }

  /// Gives the node's output the numbers of a constant.
  mutating func alias(_ node: ONNXNodeProto, _ constant: ConstantTensor) throws(Refusal) {
    constants[try output(node)] = constant
  }

  /// Adds a node of the graph that makes the node's output.
  mutating func append(
    _ kind: Draft.Kind, _ node: ONNXNodeProto, _ inputs: Value..., weights: [Float] = [], bias: [Float] = [],
    activation: Activation = .none, isFlat: Bool = false
  ) throws(Refusal) {
    let name = try output(node)
    shapes.append(try Self.shape(of: kind, input: shapes[inputs[0].index]))
    drafts.append(
      Draft(
        name: node.name.isEmpty ? name : node.name, kind: kind, inputs: inputs.map(\.index), weights: weights,
        bias: bias, activation: activation))
    values[name] = Value(index: drafts.count, isFlat: isFlat, isExclusive: readers[name, default: 0] <= 1)
  }

  private static func shape(of kind: Draft.Kind, input: TensorShape) throws(Refusal) -> TensorShape {
    func strided(_ channels: Int, _ stride: Int) -> TensorShape {
      TensorShape(
        channels: channels, height: (input.height + stride - 1) / stride, width: (input.width + stride - 1) / stride)
    }
    switch kind {
    case .convolution(let outputs, _, let stride): return strided(outputs, stride)
    case .depthwise(let stride): return strided(input.channels, stride)
    case .fullyConnected(let outputs): return TensorShape(channels: outputs, height: 1, width: 1)
    case .add, .activation: return input
    case .globalAveragePool: return TensorShape(channels: input.channels, height: 1, width: 1)
    case .averagePool(let kernel):
      guard input.height % kernel == 0, input.width % kernel == 0 else {
        throw Refusal("its kernel \(kernel) does not divide its input of \(input)")
      }
      return TensorShape(channels: input.channels, height: input.height / kernel, width: input.width / kernel)
    }
  }

  /// The graph of all nodes read, with their weights behind one another.
  func graph(name: String, normalization: Graph.Normalization, outputs: [Graph.Output]) -> Graph {
    var graph = Graph(
      name: name, input: .init(name: inputName, shape: shapes[0], normalization: normalization), nodes: [],
      outputs: outputs, weights: [])
    func keep(_ numbers: [Float]) -> WeightRange {
      defer { graph.weights += numbers }
      return WeightRange(offset: graph.weights.count, count: numbers.count)
    }
    for draft in drafts {
      let operation: Operator =
        switch draft.kind {
        case .convolution(let outputs, let kernel, let stride):
          .convolution(
            outputChannels: outputs, kernel: kernel, stride: stride, weights: keep(draft.weights),
            bias: keep(draft.bias), activation: draft.activation)
        case .depthwise(let stride):
          .depthwiseConvolution(
            stride: stride, weights: keep(draft.weights), bias: keep(draft.bias), activation: draft.activation)
        case .fullyConnected(let outputs):
          .fullyConnected(
            outputs: outputs, weights: keep(draft.weights), bias: keep(draft.bias), activation: draft.activation)
        case .add: .add(activation: draft.activation)
        case .activation: .activation(draft.activation)
        case .averagePool(let kernel): .averagePool(kernel: kernel)
        case .globalAveragePool: .globalAveragePool
        }
      graph.nodes.append(.init(name: draft.name, operation: operation, inputs: draft.inputs))
    }
    return graph
  }
}
