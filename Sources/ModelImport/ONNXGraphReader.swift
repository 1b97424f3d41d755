import NeuralGraph

/// Turns ONNX nodes, one after the other, into the nodes of a ``Graph``.
///
/// Tensors are known by name: constants by their numbers, all others by the value that holds them, with the extents that
/// ONNX gives them. Nodes that move nothing (Identity, Reshape, …) only give a value another name; activations and
/// normalisations disappear into the node that makes their input when nobody else reads it; what depends on constants
/// alone is computed here.
struct ONNXGraphReader {
  /// A value under one of its names.
  struct Value {
    /// Its index in the graph; −1 for a tensor of no elements, which is kept nowhere.
    var index: Int
    var extents: [Int]
    /// Whether one node alone reads it, so that its maker may be changed.
    var isExclusive: Bool
    /// Whether it holds integers. They are computed with as floats: exact up to 2²⁴, without wrapping around.
    var isInteger: Bool

    var count: Int { extents.reduce(1, *) }
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
      /// The numbers of a constant are the draft's weights.
      case general(GeneralOperator)
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
      case .activation, .averagePool, .globalAveragePool, .general: false
      }
    }
  }

  /// The version of ONNX's operators that the model is written in.
  let opset: Int
  var shapes: [TensorShape]
  var constants: [String: ConstantTensor] = [:]
  var drafts: [Draft] = []
  var values: [String: Value] = [:]
  /// Constants that stand as nodes already.
  var materialized: [String: Value] = [:]
  /// Test data for inputs that may be taken as constants, and those that were.
  var bindings: [String: ConstantTensor] = [:]
  var bound: Set<String> = []
  /// Whether what is read is itself a folding of constants.
  let isFolding: Bool
  let inputName: String
  private(set) var inputParts: [Graph.InputPart] = []
  /// The name of the node that is being read.
  private(set) var nodeName = ""
  private var readers: [String: Int] = [:]

  /// `kept` are tensors that are outputs although the graph does not say so.
  init(
    _ model: ONNXModelProto, kept: [String] = [], bindings: [String: ConstantTensor] = [:]
  ) throws(ImportError) {
    opset = model.opsetImport.first { $0.domain.isEmpty || $0.domain == "ai.onnx" }.map { Int($0.version) } ?? 13
    isFolding = false
    self.bindings = bindings
    for tensor in model.graph.initializer {
      do throws(Refusal) { constants[tensor.name] = try ConstantTensor(tensor) } catch {
        throw .tensor(name: tensor.name, reason: error.reason)
      }
    }
    let inputs = try GraphInputs(model.graph.input.filter { [constants] in constants[$0.name] == nil })
    shapes = [inputs.shape]
    inputName = inputs.name
    for name in model.graph.node.flatMap(\.input) + model.graph.output.map(\.name) { readers[name, default: 0] += 1 }
    let outputs = Set(model.graph.output.map(\.name))
    for name in Set(kept) where !outputs.contains(name) { readers[name, default: 0] += 1 }
    for name in inputs.empty.keys { constants[name] = inputs.empty[name] }
    do throws(Refusal) { try place(inputs) } catch { throw .input(error.reason) }
  }

  /// A reader of one node whose inputs are all constants.
  init(folding constants: [String: ConstantTensor], opset: Int) {
    self.opset = opset
    self.constants = constants
    isFolding = true
    inputName = "nothing"
    shapes = [TensorShape(channels: 1, height: 1, width: 1)]
  }

  private mutating func place(_ inputs: GraphInputs) throws(Refusal) {
    if inputs.parts.count == 1, let part = inputs.parts.first {
      values[part.name] = Value(index: 0, extents: part.extents, isExclusive: false, isInteger: part.isInteger)
      return
    }
    let whole = Value(index: 0, extents: [inputs.shape.count], isExclusive: false, isInteger: false)
    var offset = 0
    for part in inputs.parts {
      nodeName = part.name
      let count = part.extents.reduce(1, *)
      let strides = StridedView.rowMajorStrides(part.extents)
      let view = StridedView(sizes: part.extents, strides: strides, offset: offset, source: whole.count)
      var value = try make(.rearrange(view), [whole], extents: part.extents)
      value.isInteger = part.isInteger
      values[part.name] = value
      inputParts.append(Graph.InputPart(name: part.name, range: offset..<offset + count))
      offset += count
    }
  }

  /// Reads one node; nodes come in an order in which inputs are made before they are read.
  mutating func read(_ node: ONNXNodeProto) throws(ImportError) {
    nodeName = node.name.isEmpty ? node.output.first { !$0.isEmpty } ?? "" : node.name
    do throws(Refusal) {
      guard node.domain.isEmpty || node.domain == "ai.onnx" else { throw Refusal("domain '\(node.domain)' is unknown") }
      if try !fold(node) { try readOperator(node) }
    } catch {
      throw .node(name: nodeName, operation: node.opType, reason: error.reason)
    }
  }

  // MARK: - Tensors

  /// The name of a node's output of that index.
  func output(_ node: ONNXNodeProto, _ index: Int = 0) throws(Refusal) -> String {
    guard index < node.output.count, !node.output[index].isEmpty else { throw Refusal("it has no output \(index)") }
    return node.output[index]
  }

  /// Whether a node has an input of that index.
  func has(_ node: ONNXNodeProto, _ index: Int) -> Bool { index < node.input.count && !node.input[index].isEmpty }

  /// The value that an input of a node holds; a constant becomes a node of its own.
  mutating func input(_ node: ONNXNodeProto, _ index: Int = 0) throws(Refusal) -> Value {
    guard has(node, index) else { throw Refusal("input \(index) is missing") }
    let name = node.input[index]
    if let value = values[name] { return value }
    guard let tensor = constants[name] else {
      throw Refusal("input '\(name)' is not a tensor that an earlier node makes")
    }
    return try materialize(tensor, name)
  }

  /// A constant as a node.
  mutating func materialize(_ tensor: ConstantTensor, _ name: String) throws(Refusal) -> Value {
    if let value = materialized[name] { return value }
    let isInteger = tensor.integers != nil
    guard tensor.dimensions.reduce(1, *) > 0 else {
      return Value(index: -1, extents: tensor.dimensions, isExclusive: false, isInteger: isInteger)
    }
    let constant = GeneralOperator.constant(WeightRange(offset: 0, count: 0), extents: tensor.dimensions)
    var value = try make(constant, [], extents: tensor.dimensions, weights: tensor.floats, name: name)
    value.isExclusive = false
    value.isInteger = isInteger
    materialized[name] = value
    return value
  }

  /// The constant that an input of a node holds, or nil where there is no such input or it is no constant.
  mutating func constant(_ node: ONNXNodeProto, _ index: Int) -> ConstantTensor? {
    guard has(node, index) else { return nil }
    let name = node.input[index]
    if let tensor = constants[name] { return tensor }
    guard let tensor = bindings[name] else { return nil }
    bound.insert(name)
    return tensor
  }

  /// The integers that an input of a node holds, nil where it has none.
  mutating func integers(_ node: ONNXNodeProto, _ index: Int, _ what: String) throws(Refusal) -> [Int]? {
    guard has(node, index) else { return nil }
    guard let tensor = constant(node, index) else { throw Refusal("its \(what) (input \(index)) is not a constant") }
    guard let numbers = tensor.integers else { throw Refusal("its \(what) (input \(index)) holds no integers") }
    return numbers
  }

  /// The weights of that many dimensions that an input of a node holds.
  mutating func weights(_ node: ONNXNodeProto, _ index: Int, rank: Int) throws(Refusal) -> ConstantTensor {
    guard let tensor = constant(node, index) else { throw Refusal("input \(index) is not a constant") }
    guard tensor.dimensions.count == rank, tensor.dimensions.allSatisfy({ $0 > 0 }) else {
      throw Refusal("input \(index) has dimensions \(tensor.dimensions), \(rank) of them are right")
    }
    return tensor
  }

  // MARK: - Nodes

  /// The node that makes a value, if it may be changed because nobody else reads it.
  func changeableMaker(of value: Value) -> Int? {
    guard value.isExclusive, value.index > 0, drafts[value.index - 1].activation == .none else { return nil }
    return value.index - 1
  }

  /// Gives the node's output the value under another name, perhaps with other extents.
  mutating func define(_ node: ONNXNodeProto, _ value: Value, extents: [Int]? = nil, output index: Int = 0)
    throws(Refusal)
  {
    let name = try output(node, index)
    var value = value
    value.extents = extents ?? value.extents
    value.isExclusive = value.isExclusive && readers[name, default: 0] <= 1
    if value.index < 0 || value.count == 0 {
      constants[name] = ConstantTensor(dimensions: value.extents, elements: .floats([]))
    } else {
      values[name] = value
    }
  }

  /// Adds a general operator whose result has these extents.
  mutating func make(
    _ operation: GeneralOperator, _ inputs: [Value], extents: [Int], weights: [Float] = [], name: String? = nil
  ) throws(Refusal) -> Value {
    let isInteger = inputs.contains(where: \.isInteger)
    guard extents.allSatisfy({ $0 > 0 }) else {
      return Value(index: -1, extents: extents, isExclusive: false, isInteger: isInteger)
    }
    return try add(.general(operation), inputs, extents: extents, weights: weights, name: name)
  }

  /// Adds a node whose result has these extents.
  mutating func add(
    _ kind: Draft.Kind, _ inputs: [Value], extents: [Int], weights: [Float] = [], bias: [Float] = [],
    activation: Activation = .none, name: String? = nil
  ) throws(Refusal) -> Value {
    guard inputs.allSatisfy({ $0.index >= 0 }) else { throw Refusal("its input has no elements") }
    shapes.append(try Self.shape(of: kind, inputs: inputs.map { shapes[$0.index] }))
    drafts.append(
      Draft(
        name: name ?? nodeName, kind: kind, inputs: inputs.map(\.index), weights: weights, bias: bias,
        activation: activation))
    return Value(
      index: drafts.count, extents: extents, isExclusive: true, isInteger: inputs.contains(where: \.isInteger))
  }

  /// The value kept in the shape that its extents fold into, as layers need it: C × H × W for an image.
  mutating func folded(_ value: Value) throws(Refusal) -> Value {
    guard value.index >= 0, shapes[value.index] != TensorShape(folding: value.extents) else { return value }
    let view = StridedView(
      sizes: value.extents, strides: StridedView.rowMajorStrides(value.extents), offset: 0, source: value.count)
    return try make(.rearrange(view), [value], extents: value.extents)
  }
}
