import NeuralGraph

/// A graph of one general operator, whose operands are runs of the graph's input, one after the other.
struct OperatorSample {
  let name: String
  let graph: Graph

  /// `functionBefore` keeps operands where the operator is defined.
  init(_ name: String, _ operation: GeneralOperator, operands: [[Int]], before: ElementFunction.Kind? = nil) {
    self.name = name
    let total = operands.reduce(0) { $0 + $1.reduce(1, *) }
    var graph = Graph(
      name: name, input: .init(name: "x", shape: TensorShape(folding: [1, total]), normalization: .none), nodes: [],
      outputs: [], weights: [])
    var offset = 0
    var values: [Int] = []
    for extents in operands {
      let view = StridedView(
        sizes: extents, strides: StridedView.rowMajorStrides(extents), offset: offset, source: total)
      offset += extents.reduce(1, *)
      graph.nodes.append(.init(name: "operand", operation: .general(.rearrange(view)), inputs: [0]))
      if let before {
        let last = graph.nodes.count
        graph.nodes.append(.init(name: "before", operation: .general(.function(.init(before))), inputs: [last]))
      }
      values.append(graph.nodes.count)
    }
    graph.nodes.append(.init(name: name, operation: .general(operation), inputs: values))
    graph.outputs = [
      .init(name: "whole", unit: "", value: graph.nodes.count, range: 0..<Self.count(graph), elementNames: [])
    ]
    self.graph = graph
  }

  /// The elements of the last value.
  private static func count(_ graph: Graph) -> Int {
    var whole = graph
    whole.outputs = [.init(name: "x", unit: "", value: 0, range: 0..<1, elementNames: [])]
    return (try? whole.validated().last?.count) ?? 1
  }

  static let all: [OperatorSample] =
    functions + binaries + moves + windows + [
      OperatorSample("sum of numbers", .binary(.add, first: [], second: []), operands: [[], []]),
      OperatorSample("softmax", .softmax(AxisSplit(outer: 3, length: 5, inner: 2)), operands: [[3, 5, 2]]),
      OperatorSample("softmax of a row", .softmax(AxisSplit(outer: 1, length: 23, inner: 1)), operands: [[1, 23]]),
      OperatorSample(
        "concatenate", .concatenate(outer: 3, lengths: [2, 1, 5], inner: 7),
        operands: [[3, 2, 7], [3, 1, 7], [3, 5, 7]]),
      OperatorSample(
        "concatenate two", .concatenate(outer: 1, lengths: [3, 4], inner: 5), operands: [[3, 5], [4, 5]]),
      OperatorSample(
        "matrix product",
        .matrixProduct(
          MatrixProduct(rows: 3, inner: 5, columns: 7, batch: [2, 3], firstStrides: [0, 1], secondStrides: [3, 1])),
        operands: [[3, 3, 5], [2, 3, 5, 7]]),
    ]
    + Reduction.allCases.map { reduction in
      OperatorSample(
        "reduce \(reduction)", .reduce(reduction, extents: [2, 3, 5, 7], axes: [1, 3]), operands: [[2, 3, 5, 7]])
    }

  private static let functions = ElementFunction.Kind.allCases.map { kind in
    let isPositive = [.squareRoot, .logarithm, .reciprocal].contains(kind)
    return OperatorSample(
      "\(kind)", .function(ElementFunction(kind, a: kind == .clip ? -0.5 : 0.3, b: 0.6)), operands: [[5, 3, 7]],
      before: isPositive ? .exponential : nil)
  }

  private static let binaries = BinaryFunction.allCases.flatMap { function in
    [
      OperatorSample(
        "\(function)", .binary(function, first: [2, 3, 5], second: [2, 3, 5]), operands: [[2, 3, 5], [2, 3, 5]],
        before: [.power, .divide].contains(function) ? .exponential : nil),
      OperatorSample(
        "\(function), broadcast", .binary(function, first: [3, 1, 5, 1], second: [1, 2, 5, 7]),
        operands: [[3, 1, 5, 1], [1, 2, 5, 7]], before: [.power, .divide].contains(function) ? .exponential : nil),
    ]
  }

  private static let moves: [OperatorSample] =
    [
      OperatorSample(
        "transpose",
        .rearrange(StridedView(sizes: [7, 3, 5], strides: [1, 35, 7], offset: 0, source: 105)), operands: [[3, 5, 7]]),
      OperatorSample(
        "slice backwards", .rearrange(StridedView(sizes: [2, 3], strides: [7, -2], offset: 6, source: 35)),
        operands: [[5, 7]]),
      OperatorSample(
        "repeat", .rearrange(StridedView(sizes: [3, 5, 2], strides: [0, 1, 0], offset: 0, source: 5)), operands: [[5]]),
    ]
    + Padding.Mode.allCases.map { mode in
      let split = AxisSplit(outer: 3, length: 5, inner: 2)
      return OperatorSample(
        "pad \(mode)", .pad(Padding(split: split, before: 3, after: 2, mode: mode, value: 1.5)), operands: [[3, 5, 2]])
    }
    + Resizing.Mode.allCases.flatMap { mode in
      [(11, Float(2.2)), (3, 0.6)].map { length, scale in
        let split = AxisSplit(outer: 2, length: 5, inner: 3)
        let resizing = Resizing(
          split: split, length: length, scale: scale, mode: mode, coordinates: .halfPixel, antialias: scale < 1)
        return OperatorSample("resize \(mode) by \(scale)", .resize(resizing), operands: [[2, 5, 3]])
      }
    }

  /// 7 × 9, kernel 3 × 2 dilated by 2 × 1, stride 2 × 3, uneven padding.
  private static let axes: [WindowAxis] = [
    .none, WindowAxis(input: 7, output: 3, kernel: 3, stride: 2, step: 2, offset: 1, padAfter: 1),
    WindowAxis(input: 9, output: 4, kernel: 2, stride: 3, step: 1, offset: 0, padAfter: 2),
  ]

  private static var windows: [OperatorSample] {
    let convolution = GeneralConvolution(
      batch: 2, groups: 3, inputChannels: 2, outputChannels: 5, axes: axes, isTransposed: false)
    let transposed = GeneralConvolution(
      batch: 1, groups: 2, inputChannels: 3, outputChannels: 2,
      axes: [
        WindowAxis(input: 2, output: 3, kernel: 2, stride: 1, step: -1, offset: 0),
        WindowAxis(input: 3, output: 7, kernel: 3, stride: 1, step: -1, offset: -1, divisor: 3),
        WindowAxis(input: 4, output: 9, kernel: 2, stride: 1, step: -2, offset: 0, divisor: 2),
      ], isTransposed: true)
    return [
      OperatorSample("convolution", .convolution(convolution), operands: [[2, 6, 7, 9], [15, 2, 3, 2], [15]]),
      OperatorSample("transposed", .convolution(transposed), operands: [[1, 6, 2, 3, 4], [6, 2, 2, 3, 2]]),
    ]
      + GeneralPool.Kind.allCases.map { kind in
        OperatorSample("pool \(kind)", .pool(GeneralPool(kind: kind, outer: 6, axes: axes)), operands: [[2, 3, 7, 9]])
      }
  }
}
