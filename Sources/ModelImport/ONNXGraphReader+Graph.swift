import NeuralGraph

extension ONNXGraphReader {
  /// The shape of what a node makes.
  static func shape(of kind: Draft.Kind, inputs: [TensorShape]) throws(Refusal) -> TensorShape {
    func strided(_ channels: Int, _ stride: Int) -> TensorShape {
      TensorShape(
        channels: channels, height: (inputs[0].height + stride - 1) / stride,
        width: (inputs[0].width + stride - 1) / stride)
    }
    switch kind {
    case .convolution(let outputs, _, let stride): return strided(outputs, stride)
    case .depthwise(let stride): return strided(inputs[0].channels, stride)
    case .fullyConnected(let outputs): return TensorShape(channels: outputs, height: 1, width: 1)
    case .add, .activation: return inputs[0]
    case .globalAveragePool: return TensorShape(channels: inputs[0].channels, height: 1, width: 1)
    case .averagePool(let kernel):
      return TensorShape(
        channels: inputs[0].channels, height: inputs[0].height / kernel, width: inputs[0].width / kernel)
    case .general(let operation):
      do throws(GraphError.NodeFault) { return try operation.outputShape(inputs: inputs) } catch {
        throw Refusal("it \(error)")
      }
    }
  }

  /// The graph of all nodes read, with their weights behind one another.
  func graph(name: String, normalization: Graph.Normalization, outputs: [Graph.Output]) -> Graph {
    var graph = Graph(
      name: name, input: .init(name: inputName, shape: shapes[0], normalization: normalization),
      inputParts: inputParts, nodes: [], outputs: outputs, weights: [])
    graph.weights.reserveCapacity(drafts.reduce(0) { $0 + $1.weights.count + $1.bias.count })
    func keep(_ numbers: [Float]) -> WeightRange {
      defer { graph.weights += numbers }
      return WeightRange(offset: graph.weights.count, count: numbers.count)
    }
    for draft in drafts {
      let operation: Operator =
        switch draft.kind {
        case .convolution(let outputs, let kernel, let stride):
          .convolution(
            outputChannels: outputs, kernel: kernel, stride: stride, weights: keep(draft.weights),
            bias: keep(draft.bias), activation: draft.activation)
        case .depthwise(let stride):
          .depthwiseConvolution(
            stride: stride, weights: keep(draft.weights), bias: keep(draft.bias), activation: draft.activation)
        case .fullyConnected(let outputs):
          .fullyConnected(
            outputs: outputs, weights: keep(draft.weights), bias: keep(draft.bias), activation: draft.activation)
        case .add: .add(activation: draft.activation)
        case .activation: .activation(draft.activation)
        case .averagePool(let kernel): .averagePool(kernel: kernel)
        case .globalAveragePool: .globalAveragePool
        case .general(.constant(_, let extents)): .general(.constant(keep(draft.weights), extents: extents))
        case .general(let operation): .general(operation)
        }
      graph.nodes.append(.init(name: draft.name, operation: operation, inputs: draft.inputs))
    }
    return graph
  }
}
