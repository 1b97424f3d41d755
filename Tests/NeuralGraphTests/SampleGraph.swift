import NeuralGraph

/// A small graph with one operator of most kinds: 1×5×6 in, three numbers out, one crop.
func sampleGraph() -> Graph {
  let weights = (0..<51).map { Float(($0 * 37) % 17) / 16 - 0.5 }
  return Graph(
    name: "sample",
    input: .init(name: "image", shape: TensorShape(channels: 1, height: 5, width: 6), normalization: .meanVariance),
    nodes: [
      .init(
        name: "first",
        operation: .convolution(
          outputChannels: 2, kernel: 3, stride: 2, weights: WeightRange(offset: 0, count: 18),
          bias: WeightRange(offset: 18, count: 2), activation: .relu6), inputs: [0]),
      .init(
        name: "depthwise",
        operation: .depthwiseConvolution(
          stride: 1, weights: WeightRange(offset: 20, count: 18), bias: WeightRange(offset: 38, count: 2),
          activation: .elu), inputs: [1]),
      .init(name: "sum", operation: .add(activation: .relu), inputs: [2, 1]),
      .init(name: "mean", operation: .globalAveragePool, inputs: [3]),
      .init(
        name: "dense",
        operation: .fullyConnected(
          outputs: 3, weights: WeightRange(offset: 40, count: 6), bias: WeightRange(offset: 46, count: 3),
          activation: .sigmoid), inputs: [4]),
    ],
    outputs: [.init(name: "y", unit: "weight", value: 5, range: 0..<3, elementNames: ["a", "b", "c"])],
    crops: [LandmarkCrop(landmarks: [36, 39], offset: -0.25, sideFactor: 0.5, mirrored: true)],
    weights: weights)
}
