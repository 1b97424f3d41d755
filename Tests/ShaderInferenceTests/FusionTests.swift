import GLES
import NeuralGraph
import Testing

@testable import ShaderInference

@Suite struct FusionTests {
  private let shape = TensorShape(channels: 6, height: 5, width: 7)

  private func layers(_ builder: GraphBuilder, _ outputs: Int...) throws -> [FusedLayer] {
    var graph = try builder.graph(outputs[0])
    for output in outputs.dropFirst() { graph.outputs += try builder.graph(output).outputs }
    return FusedLayer.layers(of: graph, targets: 4)
  }

  private func expectAgreement(_ builder: GraphBuilder, _ output: Int) throws {
    guard let context = testContext() else { return }
    for options in ShaderOptions.tested {
      try ShaderInferenceTests.expectAgreement(
        builder.graph(output), batch: 2, options: options, context: context)
    }
  }

  @Test func aResidualBlockIsTwoLayers() throws {
    var builder = GraphBuilder(shape)
    let first = builder.convolution(0, 6)
    let second = builder.convolution(first, 6, .none)
    let sum = builder.add(second, 0)
    let last = builder.activation(sum, .relu)
    let layers = try layers(builder, last)
    #expect(layers.count == 2)
    #expect(layers[1].residual == FusedLayer.Residual(value: 0, activation: .relu))
    #expect(layers[1].result == last)
    try expectAgreement(builder, last)
  }

  @Test func theSumGoesToTheLaterOfTwoBranches() throws {
    var builder = GraphBuilder(shape)
    let left = builder.convolution(0, 5, .relu6)
    let right = builder.depthwise(builder.convolution(0, 5, kernel: 1), .sigmoid)
    let sum = builder.add(left, right, .elu)
    let layers = try layers(builder, sum)
    #expect(layers.map(\.node) == [0, 1, 2])
    #expect(layers[2].residual == FusedLayer.Residual(value: left, activation: .elu))
    try expectAgreement(builder, sum)
  }

  @Test func depthwiseGoesIntoAPointwiseLayerThatFitsOnePass() throws {
    var builder = GraphBuilder(shape)
    let narrow = builder.convolution(builder.depthwise(0, stride: 2, .relu6), 16, kernel: 1, .none)
    let wide = builder.convolution(builder.depthwise(narrow), 17, kernel: 1)
    let layers = try layers(builder, wide)
    #expect(layers.map(\.node) == [1, 2, 3])
    #expect(layers[0].depthwise == FusedLayer.Depthwise(node: 0, activation: .relu6))
    try expectAgreement(builder, wide)
  }

  @Test func aSeparableResidualBlockIsOnePass() throws {
    var builder = GraphBuilder(shape)
    let block = builder.convolution(builder.depthwise(0, .elu), 6, kernel: 1, .none)
    let sum = builder.add(0, block, .relu)
    let options = ShaderOptions.hardware
    let plan = try PassPlan(builder.graph(sum), options: options)
    #expect(plan.passes.map(\.shader) == [.convolution, .gather])
    try expectAgreement(builder, sum)
  }

  @Test func aValueReadTwiceOrGivenOutIsNotFusedAway() throws {
    var builder = GraphBuilder(shape)
    let value = builder.convolution(0, 6, .none)
    let active = builder.activation(value, .relu)
    let sum = builder.add(active, value)
    #expect(try layers(builder, sum).count == 3)
    #expect(try layers(builder, sum, active).count == 3)
    let twice = builder.add(sum, sum)
    #expect(try layers(builder, twice).count == 4)
    try expectAgreement(builder, twice)
  }

  @Test func channelsAreSharedOutEvenlyOverPasses() throws {
    var builder = GraphBuilder(shape)
    let value = builder.convolution(0, 24)
    let plan = try PassPlan(builder.graph(value), options: .hardware)
    #expect(plan.passes.map(\.blocks) == [3, 3, 1])
    #expect(plan.passes.map(\.geometry.firstChannel) == [0, 12, 0])
  }
}
