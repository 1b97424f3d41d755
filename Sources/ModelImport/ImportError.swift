import NeuralGraph

/// Why an ONNX file can't become a model; each case describes itself in one line that names the place.
package enum ImportError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file can't be read, or is no ONNX model.
  case file(path: String, reason: String)
  /// The graph's input is not one image of fixed size.
  case input(String)
  /// A tensor of weights can't be used.
  case tensor(name: String, reason: String)
  /// A node is not supported, or not in this form.
  case node(name: String, operation: String, reason: String)
  /// The value of the metadata key `gurn` is wrong.
  case metadata(String)
  /// What was read makes no valid graph.
  case graph(GraphError)
  /// The model file could not be read or written.
  case modelFile(ModelFileError)

  package var description: String {
    switch self {
    case .file(let path, let reason): "\(path): \(reason)"
    case .input(let reason): "the graph's input: \(reason)"
    case .tensor(let name, let reason): "tensor '\(name)': \(reason)"
    case .node(let name, let operation, let reason): "\(operation) node '\(name)': \(reason)"
    case .metadata(let reason): "metadata 'gurn': \(reason)"
    case .graph(let error): "\(error)"
    case .modelFile(let error): "\(error)"
    }
  }
}

/// Why one node is refused; the caller adds which one it is.
struct Refusal: Error {
  var reason: String

  init(_ reason: String) { self.reason = reason }
}
