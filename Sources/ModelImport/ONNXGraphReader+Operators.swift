import NeuralGraph

extension ONNXGraphReader {
  /// Reads a node by its operator.
  mutating func readOperator(_ node: ONNXNodeProto) throws(Refusal) {
    switch node.opType {
    case "Conv": try readConvolution(node)
    case "ConvTranspose": try readTransposedConvolution(node)
    case "Gemm": try readGemm(node)
    case "MatMul": try readMatMul(node)
    case "BatchNormalization": try readBatchNormalization(node)
    case "MaxPool": try readMaxPool(node)
    case "AveragePool": try readAveragePool(node)
    case "GlobalAveragePool", "GlobalMaxPool": try readGlobalPool(node)
    case "ReduceMean", "ReduceSum", "ReduceMax", "ReduceMin": try readReduction(node)
    case "Softmax": try readSoftmax(node)
    case "Resize", "Upsample": try readResize(node)
    case "Pad": try readPad(node)
    default: if try !readShaping(node), try !readElementwise(node) { throw Refusal("this operator is not supported") }
    }
  }

  /// Operators that move elements; false if the node is none.
  private mutating func readShaping(_ node: ONNXNodeProto) throws(Refusal) -> Bool {
    switch node.opType {
    case "Identity": try define(node, try input(node))
    case "Dropout": try readDropout(node)
    case "Reshape": try readReshape(node)
    case "Flatten": try readFlatten(node)
    case "Squeeze": try readSqueeze(node)
    case "Unsqueeze": try readUnsqueeze(node)
    case "Transpose": try readTranspose(node)
    case "Slice": try readSlice(node)
    case "Split": try readSplit(node)
    case "Concat": try readConcatenation(node)
    case "Expand": try readExpand(node)
    case "Gather": try readGather(node)
    case "Constant": try readConstant(node)
    case "ConstantOfShape": try readConstantOfShape(node)
    case "Shape": try readShape(node)
    case "Cast": try readCast(node)
    case "CastLike": try readCastLike(node)
    default: return false
    }
    return true
  }

  /// Operators on each element; false if the node is none.
  private mutating func readElementwise(_ node: ONNXNodeProto) throws(Refusal) -> Bool {
    if let function = Self.functions[node.opType] {
      try readFunction(node, function(NodeAttributes(node)))
      return true
    }
    if let function = Self.binaryFunctions[node.opType] {
      try readBinary(node, function)
      return true
    }
    switch node.opType {
    case "Relu": try readActivation(node, .relu)
    case "Sigmoid": try readActivation(node, .sigmoid)
    case "Elu":
      let alpha = NodeAttributes(node).float("alpha", default: 1)
      if alpha == 1 { try readActivation(node, .elu) } else { try readFunction(node, ElementFunction(.elu, a: alpha)) }
    case "Clip": try readClip(node)
    case "Gelu":
      let isExact = NodeAttributes(node).text("approximate", default: "none") == "none"
      try readFunction(node, ElementFunction(isExact ? .gelu : .geluTanh))
    case "Where": try readWhere(node)
    default: return false
    }
    return true
  }

  private static let functions: [String: @Sendable (NodeAttributes) -> ElementFunction] = [
    "LeakyRelu": { ElementFunction(.leakyRelu, a: $0.float("alpha", default: 0.01)) },
    "Tanh": { _ in ElementFunction(.tanh) },
    "HardSigmoid": {
      ElementFunction(.hardSigmoid, a: $0.float("alpha", default: 0.2), b: $0.float("beta", default: 0.5))
    },
    "HardSwish": { _ in ElementFunction(.hardSwish) },
    "Exp": { _ in ElementFunction(.exponential) },
    "Log": { _ in ElementFunction(.logarithm) },
    "Sqrt": { _ in ElementFunction(.squareRoot) },
    "Erf": { _ in ElementFunction(.errorFunction) },
    "Neg": { _ in ElementFunction(.negative) },
    "Abs": { _ in ElementFunction(.absolute) },
    "Reciprocal": { _ in ElementFunction(.reciprocal) },
    "Not": { _ in ElementFunction(.not) },
  ]

  private static let binaryFunctions: [String: BinaryFunction] = [
    "Add": .add, "Sub": .subtract, "Mul": .multiply, "Div": .divide, "Pow": .power, "PRelu": .prelu,
    "Less": .less, "Greater": .greater, "Equal": .equal, "Max": .maximum, "Min": .minimum, "Sum": .add,
  ]

  /// An axis counted from the front.
  func axis(_ axis: Int, rank: Int) throws(Refusal) -> Int {
    let result = axis < 0 ? axis + rank : axis
    guard (0..<max(rank, 1)).contains(result) else { throw Refusal("axis \(axis) is none of \(rank)") }
    return result
  }
}
