import NeuralGraph

/// The inputs of an ONNX graph: one, or several that will lie one after the other in the graph's input.
struct GraphInputs {
  struct Part {
    var name: String
    var extents: [Int]
    var isInteger: Bool
  }

  var parts: [Part] = []
  /// Inputs without elements.
  var empty: [String: ConstantTensor] = [:]
  /// The shape of the graph's input: the only part's own, or one that holds all parts and perhaps a little more.
  var shape = TensorShape(channels: 1, height: 1, width: 1)
  var name: String { parts.count == 1 ? parts[0].name : parts.isEmpty ? "nothing" : "inputs" }

  init(_ inputs: [ONNXValueInfoProto]) throws(ImportError) {
    for input in inputs {
      let extents = try Self.extents(input)
      let isInteger = ConstantTensor.isInteger(dataType: input.type.tensorType.elemType)
      if extents.contains(0) {
        empty[input.name] = ConstantTensor(dimensions: extents, elements: isInteger ? .integers([]) : .floats([]))
      } else {
        parts.append(Part(name: input.name, extents: extents, isInteger: isInteger))
      }
    }
    if parts.count == 1 {
      shape = TensorShape(folding: parts[0].extents)
    } else {
      let count = parts.reduce(0) { $0 + $1.extents.reduce(1, *) }
      let width = min(max(count, 1), 1024)
      shape = TensorShape(channels: 1, height: max((count + width - 1) / width, 1), width: width)
    }
    guard Graph.isAllowed(shape) else { throw .input("\(shape) is more than a network can read") }
  }

  /// The extents of an input; an unknown batch, the first axis, is 1.
  private static func extents(_ input: ONNXValueInfoProto) throws(ImportError) -> [Int] {
    guard input.type.hasTensorType, input.type.tensorType.hasShape else {
      throw .input("'\(input.name)' is not a tensor of known shape")
    }
    let dimensions = input.type.tensorType.shape.dim
    var extents: [Int] = []
    for (axis, dimension) in dimensions.enumerated() {
      // A dimension of 0 without a name may be an exporter's unknown batch, or really a tensor without elements.
      let isBatch = axis == 0 && dimension.dimValue == 0 && (!dimension.dimParam.isEmpty || dimensions.count == 4)
      let size = isBatch ? 1 : dimension.dimValue
      guard size > 0 || axis == 0, size <= Int64(Graph.maximumElements) else {
        throw .input("'\(input.name)' has no fixed size on axis \(axis); export it with one")
      }
      extents.append(Int(size))
    }
    guard extents.count <= GeneralOperator.maximumRank else {
      throw .input("'\(input.name)' has \(extents.count) axes, more than \(GeneralOperator.maximumRank)")
    }
    return extents
  }
}
