import NeuralGraph
import SIMDInference
import Testing

@Suite struct SIMDExecutorTests {
  private let channels = [1, 2, 3, 5, 7, 17, 24, 33, 80]

  @Test(arguments: [1, 3], [1, 2]) func convolutionAgreesOnAwkwardShapes(kernel: Int, stride: Int) throws {
    for (input, output) in Array(zip(channels, channels.reversed())) + Array(zip(channels, channels)) {
      for (height, width) in [(1, 1), (2, 3), (5, 7), (9, 4)] {
        var builder = GraphBuilder(channels: input, height: height, width: width)
        builder.convolution(output, kernel: kernel, stride: stride)
        try expectReference(builder.finished(), batch: 2, "\(input)→\(output) at \(height)×\(width)")
      }
    }
  }

  @Test(arguments: [1, 2]) func depthwiseConvolutionAgreesOnAwkwardShapes(stride: Int) throws {
    for channels in channels {
      for (height, width) in [(1, 1), (2, 3), (5, 7), (4, 13), (8, 8)] {
        var builder = GraphBuilder(channels: channels, height: height, width: width)
        builder.depthwise(stride: stride, activation: .relu6)
        try expectReference(builder.finished(), batch: 2, "\(channels) at \(height)×\(width)")
      }
    }
  }

  @Test func fullyConnectedAgreesOnAwkwardShapes() throws {
    for (outputs, shape) in [(1, (1, 1, 1)), (2, (3, 2, 5)), (17, (7, 3, 3)), (52, (5, 1, 1)), (200, (17, 3, 2))] {
      for batch in 1...3 {
        var builder = GraphBuilder(channels: shape.0, height: shape.1, width: shape.2)
        builder.fullyConnected(outputs, activation: .sigmoid)
        builder.fullyConnected(3)
        let graph = builder.finished(outputs: [1, 2])
        try expectReference(graph, batch: batch, "\(shape) → \(outputs)")
        try expectReference(GraphBuilder.rounded(graph), batch: batch, "\(shape) → \(outputs), half weights")
      }
    }
  }

  @Test func aLongSumStaysAccurate() throws {
    var builder = GraphBuilder(channels: 80, height: 6, width: 6)
    builder.fullyConnected(256)
    try expectReference(builder.finished(), batch: 2)
    try expectReference(GraphBuilder.rounded(builder.finished()), batch: 2, "half weights")
  }

  @Test(arguments: Activation.allCases) func activationsAgreeAloneAndFused(activation: Activation) throws {
    for channels in [1, 3, 17] {
      var builder = GraphBuilder(channels: channels, height: 3, width: 5)
      builder.activation(activation)
      builder.convolution(channels, kernel: 1, activation: activation)
      builder.add(1, 2, activation: activation)
      builder.depthwise(activation: activation)
      builder.fullyConnected(7, activation: activation)
      try expectReference(builder.finished(outputs: [1, 2, 3, 4, 5]), batch: 2, "\(channels) channels")
    }
  }

  @Test(arguments: Activation.allCases) func activationsSurviveLargeValues(activation: Activation) throws {
    var builder = GraphBuilder(channels: 8, height: 1, width: 1)
    builder.activation(activation)
    let graph = builder.finished()
    let input: [Float] = [-1e30, -200, -87, -1e-3, 0, 1e-3, 60, 80]
    let expected = try ReferenceExecutor(graph).run(input.map(Double.init))[1]
    for instructionSet in InstructionSet.available {
      let executor = try SIMDExecutor(graph, instructionSet: instructionSet)
      executor.run(input: input)
      for (found, expected) in zip(executor.output(0), expected) {
        #expect(abs(Double(found) - expected) <= 1e-6 * max(1, abs(expected)), "\(instructionSet)")
      }
    }
  }

  @Test func poolsAgree() throws {
    for channels in channels {
      var builder = GraphBuilder(channels: channels, height: 6, width: 12)
      builder.averagePool(2)
      builder.averagePool(3)
      builder.globalAveragePool()
      try expectReference(builder.finished(outputs: [1, 2, 3]), batch: 2, "\(channels) channels")
    }
  }

  @Test func sumsAreFusedOnlyWhereNobodyElseLooks() throws {
    for outputs in [[], [2], [1, 2, 3]] {
      for channels in [3, 24] {
        var builder = GraphBuilder(channels: channels, height: 5, width: 6)
        builder.convolution(channels, activation: .relu)
        builder.convolution(channels)
        builder.add(1, 2, activation: .relu)
        builder.convolution(channels, kernel: 1)
        builder.add(4, 3, activation: .elu)
        builder.convolution(channels)
        builder.add(6, 6)
        builder.add(7, 3)
        try expectReference(builder.finished(outputs: outputs), batch: 2, "outputs \(outputs)")
      }
    }
  }

  @Test func aSmallResidualNetworkAgrees() throws {
    var builder = GraphBuilder(channels: 1, height: 25, width: 31)
    builder.convolution(17, stride: 2, activation: .relu)
    for stride in [1, 2, 1] {
      let start = builder.last
      builder.depthwise(stride: stride, activation: .relu6)
      builder.convolution(24, kernel: 1)
      if stride == 1, start > 1 { builder.add(builder.last, start, activation: .relu) }
    }
    builder.globalAveragePool()
    builder.fullyConnected(52, activation: .sigmoid)
    try expectReference(builder.finished(), batch: 2, tolerance: 5e-5)
  }

  @Test func partOfABatchLeavesTheRestAlone() throws {
    var builder = GraphBuilder(channels: 1, height: 7, width: 5)
    builder.convolution(5, stride: 2, activation: .relu)
    builder.fullyConnected(4)
    let executor = try SIMDExecutor(builder.finished(), batch: 3)
    let input = (0..<3 * 35).map { _ in builder.random() }
    executor.run(input: input)
    let all = (0..<3).map { Array(executor.output(0, image: $0)) }
    executor.run(input: Array(input[35...]), images: 2)
    #expect(Array(executor.output(0, image: 0)) == all[1])
    #expect(Array(executor.output(0, image: 1)) == all[2])
  }

  @Test func runsOfElementsAreOutputsInTheirOrder() throws {
    var builder = GraphBuilder(channels: 3, height: 2, width: 3)
    builder.activation(.none)
    var graph = builder.finished()
    graph.outputs = [.init(name: "part", unit: "", value: 1, range: 5..<14, elementNames: [])]
    let executor = try SIMDExecutor(graph)
    executor.run(input: (0..<18).map(Float.init))
    #expect(Array(executor.output(0)) == (5..<14).map(Float.init))
  }

  @Test func whatCannotBeRunIsRefused() throws {
    var builder = GraphBuilder(channels: 1, height: 2, width: 2)
    builder.activation(.relu)
    var graph = builder.finished()
    #expect(throws: SIMDError.batch(0)) { try SIMDExecutor(graph, batch: 0) }
    graph.outputs = []
    #expect(throws: SIMDError.graph(.noOutputs)) { try SIMDExecutor(graph) }
  }

  @Test func theBestInstructionSetIsTheLast() {
    #expect(InstructionSet.best == InstructionSet.available.last)
    #expect(Set(InstructionSet.available.map(\.name)).count == InstructionSet.available.count)
  }
}
