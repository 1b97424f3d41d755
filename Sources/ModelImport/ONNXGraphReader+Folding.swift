import NeuralGraph

extension ONNXGraphReader {
  /// Computes a node whose inputs are all constants, with the reference executor; false where it is none.
  ///
  /// Numbers go through floats, which hold integers exactly up to 2²⁴: enough for sizes and axes.
  mutating func fold(_ node: ONNXNodeProto) throws(Refusal) -> Bool {
    let names = node.input.filter { !$0.isEmpty }
    guard !isFolding, !names.isEmpty, names.allSatisfy({ constants[$0] != nil }) else { return false }
    let isInteger =
      names.contains { constants[$0]?.integers != nil } && names.allSatisfy { constants[$0]?.integers != nil }
    var reader = ONNXGraphReader(folding: constants.filter { names.contains($0.key) }, opset: opset)
    try reader.readOperator(node)
    let graph = reader.graph(name: "constants", normalization: .none, outputs: [])
    let executor: ReferenceExecutor
    do throws(GraphError) {
      var whole = graph
      whole.outputs = [.init(name: "nothing", unit: "", value: 0, range: 0..<1, elementNames: [])]
      executor = try ReferenceExecutor(whole)
    } catch {
      throw Refusal("its constants can't be computed: \(error)")
    }
    let results = executor.run([0])
    for name in node.output where !name.isEmpty {
      if let value = reader.values[name] {
        // ONNX's integer division drops what is behind the point.
        constants[name] = ConstantTensor(
          dimensions: value.extents,
          elements: isInteger && !node.givesFloats || node.givesIntegers
            ? .integers(results[value.index].map { Int($0.rounded(.towardZero)) })
            : .floats(results[value.index].map(Float.init)))
      } else if let constant = reader.constants[name] {
        constants[name] = constant
      }
    }
    return true
  }

  /// The extents of a tensor, or some of them, as a constant.
  mutating func readShape(_ node: ONNXNodeProto) throws(Refusal) {
    guard has(node, 0) else { throw Refusal("input 0 is missing") }
    guard let extents = values[node.input[0]]?.extents ?? constants[node.input[0]]?.dimensions else {
      throw Refusal("input '\(node.input[0])' is not a tensor that an earlier node makes")
    }
    let attributes = NodeAttributes(node)
    func place(_ name: String, _ value: Int) -> Int {
      let axis = attributes.integer(name, default: value)
      return min(max(axis < 0 ? axis + extents.count : axis, 0), extents.count)
    }
    let (start, end) = (place("start", 0), place("end", extents.count))
    let run = start < end ? Array(extents[start..<end]) : []
    constants[try output(node)] = ConstantTensor(dimensions: [run.count], elements: .integers(run))
  }

  mutating func readConstant(_ node: ONNXNodeProto) throws(Refusal) {
    let attributes = NodeAttributes(node)
    let tensor: ConstantTensor
    if let proto = attributes.tensor("value") {
      tensor = try ConstantTensor(proto)
    } else if attributes.has("value_float") {
      tensor = ConstantTensor(dimensions: [], elements: .floats([attributes.float("value_float", default: 0)]))
    } else if attributes.has("value_int") {
      tensor = ConstantTensor(dimensions: [], elements: .integers([attributes.integer("value_int", default: 0)]))
    } else if attributes.has("value_floats") {
      let numbers = attributes.floats("value_floats")
      tensor = ConstantTensor(dimensions: [numbers.count], elements: .floats(numbers))
    } else if attributes.has("value_ints") {
      let numbers = attributes.integers("value_ints", default: [])
      tensor = ConstantTensor(dimensions: [numbers.count], elements: .integers(numbers))
    } else {
      throw Refusal("it holds no tensor")
    }
    constants[try output(node)] = tensor
  }

  /// ConstantOfShape: a tensor of one number.
  mutating func readConstantOfShape(_ node: ONNXNodeProto) throws(Refusal) {
    guard let extents = try integers(node, 0, "shape") else { throw Refusal("it has no shape") }
    let number = try NodeAttributes(node).tensor("value").map { (proto) throws(Refusal) in try ConstantTensor(proto) }
    guard extents.allSatisfy({ $0 >= 0 && $0 <= Graph.maximumElements }) else {
      throw Refusal("its shape \(extents) is impossible")
    }
    let (count, overflow) = extents.reduce((1, false)) { product, extent in
      let (next, overflow) = product.0.multipliedReportingOverflow(by: extent)
      return (next, overflow || product.1)
    }
    guard !overflow, count <= Graph.maximumElements else { throw Refusal("its shape \(extents) is too large") }
    let elements: ConstantTensor.Elements =
      if let integer = number?.integers?.first {
        .integers([Int](repeating: integer, count: count))
      } else {
        .floats([Float](repeating: number?.floats.first ?? 0, count: count))
      }
    constants[try output(node)] = ConstantTensor(dimensions: extents, elements: elements)
  }

  mutating func readCast(_ node: ONNXNodeProto) throws(Refusal) {
    let type = NodeAttributes(node).integer("to", default: 1)
    let toInteger = ConstantTensor.isInteger(dataType: Int32(truncatingIfNeeded: type))
    try define(node, try cast(try input(node), toInteger: toInteger))
  }

  /// The value as integers, without what is behind the point, or as floats, which changes nothing here.
  mutating func cast(_ value: Value, toInteger: Bool) throws(Refusal) -> Value {
    var value = value
    if toInteger, !value.isInteger {
      value = try make(.function(ElementFunction(.truncation)), [value], extents: value.extents)
    }
    value.isInteger = toInteger
    return value
  }
}

extension ONNXNodeProto {
  fileprivate var castType: Int32? {
    opType == "Cast" ? attribute.first { $0.name == "to" }.map { Int32(truncatingIfNeeded: $0.i) } : nil
  }
  /// Whether the node makes floats even of integers.
  fileprivate var givesFloats: Bool { castType.map { !ConstantTensor.isInteger(dataType: $0) } ?? false }
  /// Whether the node makes integers even of floats.
  fileprivate var givesIntegers: Bool { opType == "Shape" || castType.map(ConstantTensor.isInteger) ?? false }
}
