/// Why a graph can't be run. Each case describes itself in one line.
package enum GraphError: Error, Equatable, Sendable {
  /// The input's shape has an edge of zero or is too large.
  case inputShape(TensorShape)
  /// A node has a fault of its own.
  case node(index: Int, name: String, NodeFault)
  /// One of several inputs is no run of value 0's elements.
  case inputPart(name: String, Range<Int>, elements: Int)
  /// An output has a fault of its own.
  case output(name: String, OutputFault)
  /// The graph has no outputs, so that nothing would come of it.
  case noOutputs
  /// All values together have more elements than ``Graph/maximumTotalElements``.
  case tooManyElements
  /// The weight of that index is infinite or not a number.
  case nonFiniteWeight(index: Int)

  /// What can be wrong with a node.
  package enum NodeFault: Error, Equatable, Sendable {
    case inputCount(found: Int, expected: Int)
    /// The node reads `value`, but only values below `limit` exist before it.
    case unavailableValue(Int, limit: Int)
    case kernel(Int)
    case stride(Int)
    case outputCount(Int)
    case shapesDiffer(TensorShape, TensorShape)
    case notDivisible(TensorShape, kernel: Int)
    case weightCount(what: String, found: Int, expected: Int)
    case weightRange(what: String, WeightRange, total: Int)
    case tooLarge
    /// A field of a general operator is out of range.
    case parameters(String)
    /// A general operator's input has another number of elements than its fields say.
    case elementCount(input: Int, found: Int, expected: Int)
  }

  /// What can be wrong with an output.
  package enum OutputFault: Equatable, Sendable {
    case unknownValue(Int, limit: Int)
    case range(Range<Int>, elements: Int)
    case elementNames(found: Int, expected: Int)
    case duplicateName
  }
}

extension GraphError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .inputShape(let shape):
      "the input's shape \(shape) is not between 1 and \(Graph.maximumEdge) on each edge"
    case .node(let index, let name, let fault): "node \(index) '\(name)': \(fault)"
    case .inputPart(let name, let range, let elements):
      "input '\(name)': elements \(range.lowerBound)..<\(range.upperBound) are not a run of the input's \(elements)"
    case .output(let name, let fault): "output '\(name)': \(fault)"
    case .noOutputs: "the graph has no outputs"
    case .tooManyElements: "all values together exceed \(Graph.maximumTotalElements) elements"
    case .nonFiniteWeight(let index): "weight \(index) is not a finite number"
    }
  }
}

extension GraphError.NodeFault: CustomStringConvertible {
  package var description: String {
    switch self {
    case .inputCount(let found, let expected): "reads \(found) values where \(expected) are right"
    case .unavailableValue(let value, let limit): "reads value \(value), but only values 0..<\(limit) come before it"
    case .kernel(let kernel): "kernel \(kernel) is not supported"
    case .stride(let stride): "stride \(stride) is not 1 or 2"
    case .outputCount(let count): "\(count) outputs are not between 1 and \(Graph.maximumEdge)"
    case .shapesDiffer(let first, let second): "adds \(first) to \(second)"
    case .notDivisible(let shape, let kernel): "pools \(shape) by \(kernel), which does not divide its edges"
    case .weightCount(let what, let found, let expected): "has \(found) \(what) where \(expected) are right"
    case .weightRange(let what, let range, let total):
      "\(what) at \(range.offset), \(range.count) of them, lie outside the \(total) weights"
    case .parameters(let fault): fault
    case .elementCount(let input, let found, let expected):
      "input \(input) has \(found) elements where \(expected) are right"
    case .tooLarge: "makes a value of more than \(Graph.maximumElements) elements"
    }
  }
}

extension GraphError.OutputFault: CustomStringConvertible {
  package var description: String {
    switch self {
    case .unknownValue(let value, let limit): "is part of value \(value), but only values 0..<\(limit) exist"
    case .range(let range, let elements):
      "elements \(range.lowerBound)..<\(range.upperBound) are not a run of the value's \(elements)"
    case .elementNames(let found, let expected): "names \(found) elements where \(expected) or none are right"
    case .duplicateName: "has the name of an earlier output"
    }
  }
}
