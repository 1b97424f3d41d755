import GLES
import NeuralGraph

/// Why a graph can't run in shaders.
package enum ShaderError: Error, CustomStringConvertible {
  case gl(GLError)
  case graph(GraphError)
  /// The renderer computes or stores something wrongly, as the probe found.
  case unfit(String)
  /// A network lacks what its role needs, such as the output `landmarks`.
  case network(name: String, problem: String)

  /// One line: what failed, and with which value.
  package var description: String {
    switch self {
    case .gl(let error): error.description
    case .graph(let error): error.description
    case .unfit(let problem): "the renderer is unfit for networks: \(problem)"
    case .network(let name, let problem): "network \(name): \(problem)"
    }
  }
}
