import Foundation
import NeuralGraph

/// Builds an ONNX graph node by node.
struct ONNXWriter {
  let graph: Graph
  let shapes: [TensorShape]
  private(set) var result = ONNXGraphProto()
  private var flat: Set<Int> = []

  init(graph: Graph, shapes: [TensorShape]) {
    self.graph = graph
    self.shapes = shapes
    result.name = graph.name
    let shape = shapes[0]
    result.input = [value(Self.name(of: 0), [shape.channels, shape.height, shape.width])]
  }

  static func name(of value: Int) -> String { "v\(value)" }
  /// The name of a value's elements in a row for each image.
  static func flatName(of value: Int) -> String { "v\(value)_flat" }

  /// Writes a node and its activation; false where the operator is not known here.
  mutating func write(node index: Int) -> Bool {
    let node = graph.nodes[index]
    let inputs = node.inputs.map(Self.name)
    guard let first = node.inputs.first else { return false }
    let source = shapes[first]
    let value = index + 1
    if case .convolution(let outputs, let kernel, let stride, let weights, let bias, let activation) = node.operation {
      let shape = [outputs, source.channels, kernel, kernel]
      let names = inputs + [constant("w\(value)", weights, shape), constant("b\(value)", bias, [outputs])]
      append("Conv", names, value, activation, window(kernel, stride, pad: kernel / 2, of: source))
    } else if case .depthwiseConvolution(let stride, let weights, let bias, let activation) = node.operation {
      let channels = source.channels
      let names =
        inputs + [constant("w\(value)", weights, [channels, 1, 3, 3]), constant("b\(value)", bias, [channels])]
      append("Conv", names, value, activation, window(3, stride, pad: 1, of: source) + [integer("group", channels)])
    } else if case .add(let activation) = node.operation {
      append("Add", inputs, value, activation)
    } else if case .activation(let activation) = node.operation {
      append("Identity", inputs, value, activation)
    } else if case .averagePool(let kernel) = node.operation {
      append("AveragePool", inputs, value, .none, window(kernel, kernel, pad: 0, of: source))
    } else if case .globalAveragePool = node.operation {
      append("GlobalAveragePool", inputs, value, .none)
    } else if case .fullyConnected(let outputs, let weights, let bias, let activation) = node.operation {
      let row = flatten(node.inputs[0])
      let names = [
        row, constant("w\(value)", weights, [outputs, source.count]), constant("b\(value)", bias, [outputs]),
      ]
      flat.insert(value)
      append("Gemm", names, value, activation, [integer("transB", 1)])
    } else {
      return false
    }
    return true
  }

  /// Names the outputs: each value that the graph gives out, flattened.
  mutating func writeOutputs() {
    for value in Set(graph.outputs.map(\.value)).sorted() {
      var node = ONNXNodeProto()
      node.opType = "Flatten"
      node.name = "output \(value)"
      node.input = [Self.name(of: value)]
      node.output = [Self.flatName(of: value)]
      result.node.append(node)
      result.output.append(self.value(Self.flatName(of: value), [shapes[value].count]))
    }
  }

  /// A fully connected layer's input as a matrix.
  private mutating func flatten(_ value: Int) -> String {
    if flat.contains(value) { return Self.name(of: value) }
    let name = "v\(value)_row"
    guard !result.node.contains(where: { $0.output == [name] }) else { return name }
    var node = ONNXNodeProto()
    node.opType = "Flatten"
    node.name = "flatten \(value)"
    node.input = [Self.name(of: value)]
    node.output = [name]
    result.node.append(node)
    return name
  }

  private mutating func append(
    _ type: String, _ inputs: [String], _ value: Int, _ activation: Activation, _ attributes: [ONNXAttributeProto] = []
  ) {
    var node = ONNXNodeProto()
    node.opType = type
    node.name = "node \(value)"
    node.input = inputs
    node.output = [activation == .none ? Self.name(of: value) : "v\(value)_sum"]
    node.attribute = attributes
    result.node.append(node)
    guard activation != .none else { return }
    var follower = ONNXNodeProto()
    follower.name = "node \(value) \(activation)"
    follower.input = node.output
    follower.output = [Self.name(of: value)]
    switch activation {
    case .relu6:
      follower.opType = "Clip"
      follower.input += [scalar("zero", 0), scalar("six", 6)]
    case .sigmoid: follower.opType = "Sigmoid"
    case .elu: follower.opType = "Elu"
    case .none, .relu: follower.opType = "Relu"
    }
    result.node.append(follower)
  }

  private mutating func constant(_ name: String, _ range: WeightRange, _ dimensions: [Int]) -> String {
    let floats = graph.weights[range.offset..<range.offset + range.count]
    add(name, Array(floats), dimensions)
    return name
  }

  private mutating func scalar(_ name: String, _ value: Float) -> String {
    if !result.initializer.contains(where: { $0.name == name }) { add(name, [value], []) }
    return name
  }

  private mutating func add(_ name: String, _ floats: [Float], _ dimensions: [Int]) {
    var tensor = ONNXTensorProto()
    tensor.name = name
    tensor.dataType = 1
    tensor.dims = dimensions.map(Int64.init)
    tensor.rawData = floats.map { $0.bitPattern.littleEndian }.withUnsafeBytes { Data($0) }
    result.initializer.append(tensor)
  }

  /// The attributes of a window that slides: our strided layers start at the first pixel, whatever the size.
  private func window(_ kernel: Int, _ stride: Int, pad: Int, of shape: TensorShape) -> [ONNXAttributeProto] {
    [
      integers("kernel_shape", [kernel, kernel]), integers("strides", [stride, stride]),
      integers("pads", [pad, pad, pad, pad]),
    ]
  }

  private func integer(_ name: String, _ value: Int) -> ONNXAttributeProto {
    var attribute = attribute(name, type: 2)
    attribute.i = Int64(value)
    return attribute
  }

  private func integers(_ name: String, _ values: [Int]) -> ONNXAttributeProto {
    var attribute = attribute(name, type: 7)
    attribute.ints = values.map(Int64.init)
    return attribute
  }

  /// An attribute that says what it is. Our reader does without field 20, `type`, which others want: it goes in as bytes.
  private func attribute(_ name: String, type: UInt8) -> ONNXAttributeProto {
    var attribute = (try? ONNXAttributeProto(serializedBytes: [0xA0, 0x01, type])) ?? ONNXAttributeProto()
    attribute.name = name
    return attribute
  }

  private func value(_ name: String, _ dimensions: [Int]) -> ONNXValueInfoProto {
    var shape = ONNXTensorShapeProto()
    var batch = ONNXTensorShapeProto.Dimension()
    batch.dimParam = "N"
    shape.dim = [batch]
    for dimension in dimensions {
      var known = ONNXTensorShapeProto.Dimension()
      known.dimValue = Int64(dimension)
      shape.dim.append(known)
    }
    var type = ONNXTypeProto()
    type.tensorType.elemType = 1
    type.tensorType.shape = shape
    var info = ONNXValueInfoProto()
    info.name = name
    info.type = type
    return info
  }
}
