import NeuralGraph

/// A node and those that run in its pass: a depthwise layer before it, a sum and an activation after it.
struct FusedLayer: Equatable, Sendable {
  /// The node that gives the pass its shader.
  var node: Int
  /// The depthwise node whose result only this layer reads, computed on the fly, and its activation.
  var depthwise: Depthwise?
  /// Applied to the node's own sum.
  var activation: Activation
  /// The value added after that, and the activation of the sum.
  var residual: Residual?
  /// The value that the pass makes.
  var result: Int

  struct Depthwise: Equatable, Sendable {
    var node: Int
    var activation: Activation
  }

  struct Residual: Equatable, Sendable {
    var value: Int
    var activation: Activation
  }

  /// The graph's nodes as layers, in an order in which each reads only what layers before it made.
  ///
  /// `targets` is how many blocks a pass can write: a depthwise layer is computed again for each pass that reads it on the
  /// fly, so it is fused only where one pass does.
  static func layers(of graph: Graph, targets: Int) -> [FusedLayer] {
    var readers = [Int](repeating: 0, count: graph.nodes.count + 1)
    for node in graph.nodes { for input in node.inputs { readers[input] += 1 } }
    for output in graph.outputs { readers[output.value] += 1 }
    var layers: [FusedLayer] = []
    for (index, node) in graph.nodes.enumerated() {
      // The layer that makes a value which nothing but this node reads.
      func onlySource(_ value: Int) -> Int? {
        readers[value] == 1 ? layers.lastIndex { $0.result == value } : nil
      }
      switch node.operation {
      case .activation(let activation):
        if let source = onlySource(node.inputs[0]), layers[source].append(activation) {
          layers[source].result = index + 1
          continue
        }
      case .add(let activation):
        let operands = [(node.inputs[1], node.inputs[0]), (node.inputs[0], node.inputs[1])]
        let fitting = operands.lazy.compactMap { own, other -> (source: Int, other: Int)? in
          guard let source = onlySource(own), layers[source].canAdd(in: graph) else { return nil }
          return (source, other)
        }
        if let (source, other) = fitting.max(by: { $0.source < $1.source }) {
          var layer = layers.remove(at: source)
          layer.residual = Residual(value: other, activation: activation)
          layer.result = index + 1
          layers.append(layer)
          continue
        }
      case .convolution(let outputs, 1, 1, _, _, let activation):
        if let source = onlySource(node.inputs[0]), (outputs + 3) / 4 <= targets, layers[source].isDepthwise(in: graph)
        {
          var layer = layers.remove(at: source)
          layer.depthwise = Depthwise(node: layer.node, activation: layer.activation)
          layer.node = index
          layer.activation = activation
          layer.result = index + 1
          layers.append(layer)
          continue
        }
      default: break
      }
      layers.append(FusedLayer(node: index, activation: node.operation.activation, result: index + 1))
    }
    return layers
  }

  /// Adds an activation at the end, if there is none yet.
  private mutating func append(_ next: Activation) -> Bool {
    guard (residual?.activation ?? activation) == .none else { return false }
    if residual == nil { activation = next } else { residual?.activation = next }
    return true
  }

  private func canAdd(in graph: Graph) -> Bool {
    guard residual == nil else { return false }
    switch graph.nodes[node].operation {
    case .convolution, .depthwiseConvolution: return true
    default: return false
    }
  }

  private func isDepthwise(in graph: Graph) -> Bool {
    guard residual == nil, case .depthwiseConvolution = graph.nodes[node].operation else { return false }
    return true
  }
}

extension Operator {
  /// The activation that the operator itself applies.
  var activation: Activation {
    switch self {
    case .convolution(_, _, _, _, _, let activation), .depthwiseConvolution(_, _, _, let activation),
      .add(let activation), .activation(let activation), .fullyConnected(_, _, _, let activation):
      activation
    case .averagePool, .globalAveragePool, .general: .none
    }
  }
}
