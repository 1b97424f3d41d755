import Foundation
import NeuralGraph
import Testing

@Suite struct ReferenceExecutorTests {
  private func run(_ operation: Operator, _ shape: TensorShape, weights: [Float] = [], input: [Double]) throws
    -> [Double]
  {
    let graph = Graph(
      name: "one", input: .init(name: "x", shape: shape, normalization: .none),
      nodes: [.init(name: "node", operation: operation, inputs: operation.inputsOfOneNode)],
      outputs: [.init(name: "y", unit: "", value: 1, range: 0..<1, elementNames: [])], weights: weights)
    return try ReferenceExecutor(graph).run(input)[1]
  }

  @Test func convolutionIsACrossCorrelationWithAZeroMargin() throws {
    let result = try run(
      .convolution(
        outputChannels: 1, kernel: 3, stride: 1, weights: WeightRange(offset: 0, count: 9),
        bias: WeightRange(offset: 9, count: 1), activation: .none), TensorShape(channels: 1, height: 2, width: 3),
      weights: [1, 2, 3, 4, 5, 6, 7, 8, 9, 100], input: [1, 2, 3, 4, 5, 6])
    #expect(result == [194, 254, 206, 158, 191, 158])
  }

  @Test func strideTwoKeepsEveryOtherPixelOfStrideOne() throws {
    let shape = TensorShape(channels: 2, height: 5, width: 7)
    let weights = (0..<39).map { Float($0 % 11) - 5 }
    let input = (0..<shape.count).map { Double($0 % 13) }
    func pixels(stride: Int) throws -> [Double] {
      try run(
        .convolution(
          outputChannels: 2, kernel: 3, stride: stride, weights: WeightRange(offset: 0, count: 36),
          bias: WeightRange(offset: 36, count: 2), activation: .relu), shape, weights: weights, input: input)
    }
    let dense = try pixels(stride: 1)
    let expected = (0..<2).flatMap { c in
      stride(from: 0, to: 5, by: 2).flatMap { y in stride(from: 0, to: 7, by: 2).map { x in dense[(c * 5 + y) * 7 + x] }
      }
    }
    #expect(try pixels(stride: 2) == expected)
  }

  @Test func pointwiseConvolutionMixesChannelsOnly() throws {
    let result = try run(
      .convolution(
        outputChannels: 1, kernel: 1, stride: 2, weights: WeightRange(offset: 0, count: 2),
        bias: WeightRange(offset: 2, count: 1), activation: .none), TensorShape(channels: 2, height: 3, width: 2),
      weights: [2, -1, 0.5], input: [1, 2, 3, 4, 5, 6, 10, 20, 30, 40, 50, 60])
    #expect(result == [-7.5, -39.5])
  }

  @Test func depthwiseConvolutionKeepsChannelsApart() throws {
    let shape = TensorShape(channels: 2, height: 2, width: 2)
    let identity: [Float] = [0, 0, 0, 0, 1, 0, 0, 0, 0]
    let left: [Float] = [0, 0, 0, 1, 0, 0, 0, 0, 0]
    let result = try run(
      .depthwiseConvolution(
        stride: 1, weights: WeightRange(offset: 0, count: 18), bias: WeightRange(offset: 18, count: 2),
        activation: .none), shape, weights: identity + left + [0, 1], input: [1, 2, 3, 4, 5, 6, 7, 8])
    #expect(result == [1, 2, 3, 4, 1, 6, 1, 8])
  }

  @Test func poolsAreMeans() throws {
    let shape = TensorShape(channels: 1, height: 2, width: 4)
    #expect(try run(.averagePool(kernel: 2), shape, input: [1, 3, 5, 7, 2, 2, 0, 4]) == [2, 4])
    #expect(try run(.globalAveragePool, shape, input: [1, 3, 5, 7, 2, 2, 0, 4]) == [3])
  }

  @Test func fullyConnectedReadsElementsInOrder() throws {
    let result = try run(
      .fullyConnected(
        outputs: 2, weights: WeightRange(offset: 0, count: 8), bias: WeightRange(offset: 8, count: 2),
        activation: .none), TensorShape(channels: 2, height: 1, width: 2), weights: [1, 0, 0, 0, 1, 2, 3, 4, 0.5, -1],
      input: [10, 20, 30, 40])
    #expect(result == [10.5, 299])
  }

  @Test func activationsSurviveInfinities() throws {
    let shape = TensorShape(channels: 1, height: 1, width: 4)
    for activation in Activation.allCases {
      let result = try run(.activation(activation), shape, input: [-.infinity, -1, 7, .infinity])
      #expect(!result.contains { $0.isNaN }, "\(activation)")
    }
    #expect(try run(.activation(.relu6), shape, input: [-1, 0, 5, 7]) == [0, 0, 5, 6])
    #expect(try run(.activation(.elu), shape, input: [-1, 0, 5, 7])[0] == exp(-1) - 1)
    #expect(try run(.activation(.sigmoid), shape, input: [0, 0, 5, 7])[0] == 0.5)
  }

  @Test func addSumsAndThenActivates() throws {
    let shape = TensorShape(channels: 1, height: 1, width: 3)
    #expect(try run(.add(activation: .relu6), shape, input: [-1, 2, 5]) == [0, 4, 6])
  }
}

extension Operator {
  /// The inputs of a node that reads only the graph's input.
  fileprivate var inputsOfOneNode: [Int] {
    if case .add = self { [0, 0] } else { [0] }
  }
}
