import NeuralGraph

/// Builds graphs with seeded weights, scaled so that values keep their size from layer to layer.
struct GraphBuilder {
  private var graph: Graph
  private var shapes: [TensorShape]
  private var state: UInt64

  init(channels: Int, height: Int, width: Int, seed: UInt64 = 1) {
    let shape = TensorShape(channels: channels, height: height, width: width)
    graph = Graph(
      name: "test", input: .init(name: "x", shape: shape, normalization: .none), nodes: [], outputs: [], weights: [])
    shapes = [shape]
    state = seed
  }

  /// The value that was made last.
  var last: Int { shapes.count - 1 }

  /// A number in −1…1 (SplitMix64).
  mutating func random() -> Float {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return Float(Int64(bitPattern: z ^ z >> 31) >> 40) * 0x1p-23
  }

  private mutating func weights(_ count: Int, scale: Float) -> WeightRange {
    defer { for _ in 0..<count { graph.weights.append(random() * scale) } }
    return WeightRange(offset: graph.weights.count, count: count)
  }

  private mutating func append(_ operation: Operator, _ inputs: [Int], _ shape: TensorShape) {
    graph.nodes.append(.init(name: "node \(graph.nodes.count)", operation: operation, inputs: inputs))
    shapes.append(shape)
  }

  mutating func convolution(
    _ outputs: Int, kernel: Int = 3, stride: Int = 1, activation: Activation = .none, from value: Int? = nil
  ) {
    let value = value ?? last
    let shape = shapes[value]
    let count = shape.channels * kernel * kernel
    append(
      .convolution(
        outputChannels: outputs, kernel: kernel, stride: stride,
        weights: weights(outputs * count, scale: 1.7 / Float(count).squareRoot()), bias: weights(outputs, scale: 0.5),
        activation: activation), [value],
      TensorShape(
        channels: outputs, height: (shape.height + stride - 1) / stride, width: (shape.width + stride - 1) / stride))
  }

  mutating func depthwise(stride: Int = 1, activation: Activation = .none) {
    let shape = shapes[last]
    append(
      .depthwiseConvolution(
        stride: stride, weights: weights(shape.channels * 9, scale: 0.6), bias: weights(shape.channels, scale: 0.5),
        activation: activation), [last],
      TensorShape(
        channels: shape.channels, height: (shape.height + stride - 1) / stride,
        width: (shape.width + stride - 1) / stride))
  }

  mutating func fullyConnected(_ outputs: Int, activation: Activation = .none) {
    let count = shapes[last].count
    append(
      .fullyConnected(
        outputs: outputs, weights: weights(outputs * count, scale: 1.7 / Float(count).squareRoot()),
        bias: weights(outputs, scale: 0.5), activation: activation), [last],
      TensorShape(channels: outputs, height: 1, width: 1))
  }

  mutating func add(_ first: Int, _ second: Int, activation: Activation = .none) {
    append(.add(activation: activation), [first, second], shapes[first])
  }

  mutating func activation(_ activation: Activation) { append(.activation(activation), [last], shapes[last]) }

  mutating func averagePool(_ kernel: Int) {
    let shape = shapes[last]
    append(
      .averagePool(kernel: kernel), [last],
      TensorShape(channels: shape.channels, height: shape.height / kernel, width: shape.width / kernel))
  }

  mutating func globalAveragePool() {
    append(.globalAveragePool, [last], TensorShape(channels: shapes[last].channels, height: 1, width: 1))
  }

  /// The graph as a model file would give it back: its weights rounded to half precision.
  static func rounded(_ graph: Graph) -> Graph {
    var graph = graph
    graph.weights = graph.weights.map { HalfPrecision.float(HalfPrecision.bits($0)) }
    return graph
  }

  /// The graph, with these values (the last one without any) as its outputs, whole.
  func finished(outputs: [Int] = []) -> Graph {
    var graph = graph
    graph.outputs = (outputs.isEmpty ? [last] : outputs).map { value in
      .init(name: "value \(value)", unit: "", value: value, range: 0..<shapes[value].count, elementNames: [])
    }
    return graph
  }
}
