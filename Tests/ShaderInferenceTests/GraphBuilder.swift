import NeuralGraph

/// Builds small graphs with pseudo-random weights, the same ones each time.
struct GraphBuilder {
  var nodes: [Graph.Node] = []
  var weights: [Float] = []
  private let shape: TensorShape
  private let normalization: Graph.Normalization
  private var channels: [Int]
  private var state: UInt64

  init(_ shape: TensorShape, normalization: Graph.Normalization = .none, seed: UInt64 = 1) {
    self.shape = shape
    self.normalization = normalization
    channels = [shape.channels]
    state = seed
  }

  /// −1…1, from a linear congruential generator (Knuth's MMIX constants).
  mutating func random() -> Float {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Float(Int32(truncatingIfNeeded: state >> 32)) / 2_147_483_648
  }

  mutating func randoms(_ count: Int) -> [Float] { (0..<count).map { _ in random() } }

  private mutating func range(_ count: Int, scale: Float) -> WeightRange {
    let range = WeightRange(offset: weights.count, count: count)
    // As in model files, weights are halves.
    weights += randoms(count).map { Float(Float16($0 * scale)) }
    return range
  }

  private mutating func append(_ name: String, _ operation: Operator, _ inputs: [Int], channels outputs: Int) -> Int {
    nodes.append(Graph.Node(name: "\(name) \(nodes.count)", operation: operation, inputs: inputs))
    channels.append(outputs)
    return nodes.count
  }

  mutating func convolution(
    _ input: Int, _ outputs: Int, kernel: Int = 3, stride: Int = 1, _ activation: Activation = .relu
  ) -> Int {
    let fan = channels[input] * kernel * kernel
    let weights = range(outputs * fan, scale: (3 / Float(fan)).squareRoot())
    let bias = range(outputs, scale: 0.5)
    return append(
      "convolution",
      .convolution(
        outputChannels: outputs, kernel: kernel, stride: stride, weights: weights, bias: bias, activation: activation),
      [input], channels: outputs)
  }

  mutating func depthwise(_ input: Int, stride: Int = 1, _ activation: Activation = .relu) -> Int {
    let count = channels[input]
    let weights = range(count * 9, scale: 0.6)
    let bias = range(count, scale: 0.5)
    return append(
      "depthwise", .depthwiseConvolution(stride: stride, weights: weights, bias: bias, activation: activation),
      [input], channels: count)
  }

  mutating func add(_ a: Int, _ b: Int, _ activation: Activation = .none) -> Int {
    append("add", .add(activation: activation), [a, b], channels: channels[a])
  }

  mutating func activation(_ input: Int, _ activation: Activation) -> Int {
    append("activation", .activation(activation), [input], channels: channels[input])
  }

  mutating func averagePool(_ input: Int, _ kernel: Int) -> Int {
    append("average", .averagePool(kernel: kernel), [input], channels: channels[input])
  }

  mutating func globalPool(_ input: Int) -> Int {
    append("global", .globalAveragePool, [input], channels: channels[input])
  }

  /// `elements` is the size of the input value.
  mutating func dense(_ input: Int, of elements: Int, _ outputs: Int, _ activation: Activation = .none) -> Int {
    let weights = range(outputs * elements, scale: (3 / Float(elements)).squareRoot())
    let bias = range(outputs, scale: 0.5)
    return append(
      "dense", .fullyConnected(outputs: outputs, weights: weights, bias: bias, activation: activation), [input],
      channels: outputs)
  }

  /// The graph, with all elements of these values as outputs.
  func graph(_ values: Int...) throws -> Graph {
    var graph = Graph(
      name: "test", input: Graph.Input(name: "luma", shape: shape, normalization: normalization), nodes: nodes,
      outputs: values.map { Graph.Output(name: "value \($0)", unit: "", value: $0, range: 0..<1, elementNames: []) },
      weights: weights)
    let shapes = try graph.validated()
    for index in graph.outputs.indices { graph.outputs[index].range = 0..<shapes[graph.outputs[index].value].count }
    return graph
  }
}
