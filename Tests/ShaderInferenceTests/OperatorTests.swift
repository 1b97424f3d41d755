import GLES
import NeuralGraph
import Testing

@testable import ShaderInference

/// Every operator against the reference, on channels that fill no block and edges that are odd.
@Suite struct OperatorTests {
  private static let shapes = [
    TensorShape(channels: 1, height: 5, width: 7), TensorShape(channels: 2, height: 4, width: 9),
    TensorShape(channels: 3, height: 1, width: 3), TensorShape(channels: 5, height: 6, width: 2),
    TensorShape(channels: 7, height: 3, width: 5), TensorShape(channels: 21, height: 1, width: 1),
  ]

  private func check(_ batch: Int = 2, _ body: (inout GraphBuilder, TensorShape) -> Int) throws {
    guard let context = testContext() else { return }
    for options in ShaderOptions.tested {
      for shape in Self.shapes {
        var builder = GraphBuilder(shape, seed: UInt64(shape.count))
        let result = body(&builder, shape)
        try expectAgreement(builder.graph(result), batch: batch, options: options, context: context)
      }
    }
  }

  @Test(arguments: [(1, 1), (1, 2), (3, 1), (3, 2)])
  func convolution(kernel: Int, stride: Int) throws {
    try check { builder, shape in
      builder.convolution(0, shape.channels + 2, kernel: kernel, stride: stride, .none)
    }
  }

  @Test func convolutionToMoreBlocksThanTargets() throws {
    try check(1) { builder, _ in builder.convolution(0, 23) }
  }

  @Test(arguments: [1, 2])
  func depthwiseConvolution(stride: Int) throws {
    try check { builder, _ in builder.depthwise(0, stride: stride) }
  }

  @Test(arguments: Activation.allCases)
  func activationAloneAndInALayer(activation: Activation) throws {
    try check { builder, _ in
      let layer = builder.convolution(0, 5, kernel: 1, .relu6)
      return builder.activation(builder.activation(layer, activation), activation)
    }
  }

  @Test(arguments: Activation.allCases)
  func add(activation: Activation) throws {
    try check { builder, _ in
      let layer = builder.activation(0, .sigmoid)
      return builder.add(builder.add(layer, 0, activation), layer)
    }
  }

  @Test func averagePool() throws {
    guard let context = testContext() else { return }
    for options in ShaderOptions.tested {
      for (channels, height, width, kernel) in [(1, 4, 6, 2), (5, 3, 9, 3), (7, 5, 5, 5), (22, 2, 4, 2)] {
        var builder = GraphBuilder(TensorShape(channels: channels, height: height, width: width))
        let result = builder.averagePool(0, kernel)
        try expectAgreement(builder.graph(result), batch: 2, options: options, context: context)
      }
    }
  }

  @Test func globalAveragePool() throws {
    try check { builder, _ in builder.globalPool(0) }
  }

  @Test func fullyConnected() throws {
    try check { builder, shape in
      let first = builder.dense(0, of: shape.count, 9, .relu)
      return builder.dense(first, of: 9, 5, .sigmoid)
    }
  }

  @Test func fullyConnectedInManySlices() throws {
    guard let context = testContext() else { return }
    for options in ShaderOptions.tested {
      for shape in [TensorShape(channels: 42, height: 3, width: 3), TensorShape(channels: 130, height: 1, width: 1)] {
        var builder = GraphBuilder(shape)
        let pooled = builder.activation(0, .none)
        let result = builder.dense(pooled, of: shape.count, 11, .elu)
        try expectAgreement(builder.graph(result), batch: 2, options: options, context: context)
      }
    }
  }

  @Test func layersAfterAFullyConnectedOneReadItAsAnImage() throws {
    try check { builder, shape in
      let vector = builder.dense(0, of: shape.count, 21, .relu)
      let image = builder.convolution(vector, 6, kernel: 1)
      let other = builder.dense(vector, of: 21, 6)
      return builder.dense(builder.add(image, other), of: 6, 3)
    }
  }
}
