import NeuralGraph

/// Why a graph can't be run with SIMD.
package enum SIMDError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The graph itself is wrong.
  case graph(GraphError)
  /// The batch is not between 1 and ``SIMDExecutor/maximumBatch``.
  case batch(Int)

  package var description: String {
    switch self {
    case .graph(let error): "\(error)"
    case .batch(let batch): "a batch of \(batch) images is not between 1 and \(SIMDExecutor.maximumBatch)"
    }
  }
}
