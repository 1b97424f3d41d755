import GLES
import NeuralGraph
import Testing

@testable import ShaderInference

/// Whole networks of the sizes that Gurn uses, or a little smaller.
@Suite struct NetworkTests {
  /// A window network: strided convolutions, residual blocks, two fully connected layers.
  static func window(edge: Int, widths: [Int], hidden: Int, outputs: Int) throws -> Graph {
    var builder = GraphBuilder(TensorShape(channels: 1, height: edge, width: edge), normalization: .meanVariance)
    var value = 0
    var size = edge
    for (index, width) in widths.enumerated() {
      value = builder.convolution(value, width, stride: 2)
      size = (size + 1) / 2
      guard index > 0 else { continue }
      let inner = builder.convolution(value, width)
      value = builder.activation(builder.add(builder.convolution(inner, width, .none), value), .relu)
    }
    value = builder.dense(value, of: widths.last! * size * size, hidden, .relu)
    value = builder.dense(value, of: hidden, outputs)
    return try builder.graph(value)
  }

  @Test func aWindowNetworkAgreesWithTheReference() throws {
    guard let context = testContext() else { return }
    let graph = try Self.window(edge: 24, widths: [8, 12, 20], hidden: 40, outputs: 37)
    for options in ShaderOptions.tested { try expectAgreement(graph, options: options, context: context) }
  }

  @Test func aBatchOfTwoEyesAgreesWithTheReference() throws {
    guard let context = testContext() else { return }
    let graph = try Self.window(edge: 15, widths: [8, 16], hidden: 20, outputs: 11)
    for options in ShaderOptions.tested { try expectAgreement(graph, batch: 2, options: options, context: context) }
  }

  @Test func aNetworkAgreesWithAllThatAGPUMayBeGiven() throws {
    guard let context = testContext() else { return }
    var options = ShaderOptions.hardware
    options.weights = .uniformBlocks(bytes: context.limits.uniformBlockBytes)
    let graph = try Self.window(edge: 15, widths: [4, 8], hidden: 20, outputs: 11)
    try expectAgreement(graph, batch: 2, options: options, context: context)
    options.preciseFormat = .rgba16f
    try expectAgreement(graph, options: options, context: context)
  }

  @Test func aDetectorsMapsAgreeWithTheReference() throws {
    guard let context = testContext() else { return }
    var builder = GraphBuilder(TensorShape(channels: 1, height: 24, width: 32))
    var value = builder.convolution(0, 8, stride: 2)
    value = builder.convolution(builder.depthwise(value, stride: 2), 16, kernel: 1)
    value = builder.convolution(builder.depthwise(value, stride: 2), 24, kernel: 1)
    let pooled = builder.dense(builder.globalPool(value), of: 24, 3)
    let map = builder.convolution(value, 6, kernel: 1, .none)
    let graph = try builder.graph(map, pooled)
    for options in ShaderOptions.tested { try expectAgreement(graph, options: options, context: context) }
  }
}
