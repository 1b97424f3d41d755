import NeuralGraph
import Testing

@Suite struct GraphValidationTests {
  @Test func aGoodGraphGivesEveryShape() throws {
    let graph = sampleGraph()
    #expect(
      try graph.validated() == [
        TensorShape(channels: 1, height: 5, width: 6), TensorShape(channels: 2, height: 3, width: 3),
        TensorShape(channels: 2, height: 3, width: 3), TensorShape(channels: 2, height: 3, width: 3),
        TensorShape(channels: 2, height: 1, width: 1), TensorShape(channels: 3, height: 1, width: 1),
      ])
    #expect(try graph.multiplyAdds(shapes: graph.validated()) == 18 * 9 + 9 * 18 + 6)
  }

  @Test func aForwardReferenceIsRefused() {
    var graph = sampleGraph()
    graph.nodes[1].inputs = [2]
    #expect(throws: GraphError.node(index: 1, name: "depthwise", .unavailableValue(2, limit: 2))) {
      try graph.validated()
    }
    graph.nodes[1].inputs = [-1]
    #expect(throws: GraphError.node(index: 1, name: "depthwise", .unavailableValue(-1, limit: 2))) {
      try graph.validated()
    }
  }

  @Test func aWrongNumberOfInputsIsRefused() {
    var graph = sampleGraph()
    graph.nodes[2].inputs = [1]
    #expect(throws: GraphError.node(index: 2, name: "sum", .inputCount(found: 1, expected: 2))) {
      try graph.validated()
    }
  }

  @Test func shapesThatDifferCannotBeAdded() {
    var graph = sampleGraph()
    graph.nodes[2].inputs = [0, 1]
    #expect(throws: GraphError.self) { try graph.validated() }
  }

  @Test func weightsOutsideTheGraphAreRefused() {
    for offset in [-1, 42, Int.max, Int.min] {
      var graph = sampleGraph()
      graph.nodes[0].operation = .convolution(
        outputChannels: 2, kernel: 3, stride: 2, weights: WeightRange(offset: offset, count: 18),
        bias: WeightRange(offset: 0, count: 2), activation: .none)
      #expect(throws: GraphError.self, "offset \(offset)") { try graph.validated() }
    }
  }

  @Test func aWeightCountThatDoesNotFitTheShapesIsRefused() {
    var graph = sampleGraph()
    graph.nodes[4].operation = .fullyConnected(
      outputs: 3, weights: WeightRange(offset: 0, count: 7), bias: WeightRange(offset: 0, count: 3), activation: .none)
    #expect(
      throws: GraphError.node(index: 4, name: "dense", .weightCount(what: "weights", found: 7, expected: 6))
    ) { try graph.validated() }
  }

  @Test func sizesThatWouldOverflowAreRefused() {
    for shape in [
      TensorShape(channels: Int.max, height: 2, width: 2), TensorShape(channels: 16384, height: 16384, width: 16384),
      TensorShape(channels: 0, height: 5, width: 6), TensorShape(channels: 1, height: -5, width: 6),
    ] {
      var graph = sampleGraph()
      graph.input.shape = shape
      #expect(throws: GraphError.inputShape(shape)) { try graph.validated() }
    }
    var graph = sampleGraph()
    graph.nodes[0].operation = .convolution(
      outputChannels: Int.max, kernel: 3, stride: 2, weights: WeightRange(offset: 0, count: 18),
      bias: WeightRange(offset: 0, count: 2), activation: .none)
    #expect(throws: GraphError.node(index: 0, name: "first", .outputCount(Int.max))) { try graph.validated() }
  }

  @Test func valuesThatFillTheMemoryTogetherAreRefused() {
    let shape = TensorShape(channels: 16, height: 1024, width: 1024)
    let graph = Graph(
      name: "hungry", input: .init(name: "image", shape: shape, normalization: .none),
      nodes: (0..<8).map { .init(name: "\($0)", operation: .activation(.relu), inputs: [$0]) },
      outputs: [.init(name: "y", unit: "", value: 1, range: 0..<1, elementNames: [])], weights: [])
    #expect(throws: GraphError.tooManyElements) { try graph.validated() }
  }

  @Test func unsupportedKernelsAndStridesAreRefused() {
    for (kernel, stride) in [(2, 1), (5, 1), (0, 1), (-3, 1), (3, 0), (3, 3), (3, -1)] {
      var graph = sampleGraph()
      graph.nodes[0].operation = .convolution(
        outputChannels: 2, kernel: kernel, stride: stride, weights: WeightRange(offset: 0, count: 18),
        bias: WeightRange(offset: 18, count: 2), activation: .none)
      #expect(throws: GraphError.self, "kernel \(kernel), stride \(stride)") { try graph.validated() }
    }
    for kernel in [2, 0, -1, Int.max] {
      var graph = sampleGraph()
      graph.nodes[3].operation = .averagePool(kernel: kernel)
      #expect(throws: GraphError.self, "pool \(kernel)") { try graph.validated() }
    }
  }

  @Test func outputsOutOfRangeAreRefused() {
    var graph = sampleGraph()
    graph.outputs[0].value = 6
    #expect(throws: GraphError.output(name: "y", .unknownValue(6, limit: 6))) { try graph.validated() }
    graph = sampleGraph()
    graph.outputs[0].range = 1..<4
    #expect(throws: GraphError.output(name: "y", .range(1..<4, elements: 3))) { try graph.validated() }
    graph = sampleGraph()
    graph.outputs[0].elementNames = ["a"]
    #expect(throws: GraphError.output(name: "y", .elementNames(found: 1, expected: 3))) { try graph.validated() }
    graph = sampleGraph()
    graph.outputs.append(graph.outputs[0])
    #expect(throws: GraphError.output(name: "y", .duplicateName)) { try graph.validated() }
    graph.outputs = []
    #expect(throws: GraphError.noOutputs) { try graph.validated() }
  }

  @Test func weightsThatAreNotFiniteAreRefused() {
    for value in [Float.nan, .infinity, -.infinity] {
      var graph = sampleGraph()
      graph.weights[7] = value
      #expect(throws: GraphError.nonFiniteWeight(index: 7)) { try graph.validated() }
    }
  }
}
