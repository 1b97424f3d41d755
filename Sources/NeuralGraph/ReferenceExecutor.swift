import Foundation

/// Runs a graph in plain loops and double precision: the truth that the fast executors are tested against.
package struct ReferenceExecutor: Sendable {
  /// The graph that is run.
  package let graph: Graph
  /// The shape of each value, at the index of the value.
  package let shapes: [TensorShape]

  package init(_ graph: Graph) throws(GraphError) {
    self.graph = graph
    shapes = try graph.validated()
  }

  /// Every value's elements in C, H, W order, at the index of the value; value 0 is `input` itself.
  ///
  /// `input` is the network's input, already normalised, in C, H, W order; it must have that many elements.
  package func run(_ input: [Double]) -> [[Double]] {
    precondition(input.count == shapes[0].count, "the input has \(input.count) elements, \(shapes[0]) are right")
    var values = [input]
    for node in graph.nodes {
      values.append(result(of: node, values: values))
    }
    return values
  }

  private func result(of node: Graph.Node, values: [[Double]]) -> [Double] {
    if case .general(let general) = node.operation {
      return general.reference(node.inputs.map { values[$0] }, weights: graph.weights)
    }
    let shape = shapes[node.inputs[0]]
    let input = values[node.inputs[0]]
    switch node.operation {
    case .convolution(let outputs, let kernel, let stride, let weights, let bias, let activation):
      return convolution(
        input, shape, outputs: outputs, kernel: kernel, stride: stride, weights: slice(weights), bias: slice(bias)
      ).map(activation.apply)
    case .depthwiseConvolution(let stride, let weights, let bias, let activation):
      return depthwise(input, shape, stride: stride, weights: slice(weights), bias: slice(bias)).map(activation.apply)
    case .add(let activation):
      return zip(input, values[node.inputs[1]]).map { activation.apply($0 + $1) }
    case .activation(let activation):
      return input.map(activation.apply)
    case .averagePool(let kernel):
      return averagePool(input, shape, height: kernel, width: kernel)
    case .globalAveragePool:
      return averagePool(input, shape, height: shape.height, width: shape.width)
    case .fullyConnected(let outputs, let weights, let bias, let activation):
      let matrix = slice(weights)
      let offsets = slice(bias)
      return (0..<outputs).map { output in
        let row = matrix[output * input.count..<(output + 1) * input.count]
        return activation.apply(zip(row, input).reduce(offsets[output]) { $0 + $1.0 * $1.1 })
      }
    case .general(let general): return general.reference([input], weights: graph.weights)
    }
  }

  private func slice(_ range: WeightRange) -> [Double] {
    graph.weights[range.offset..<range.offset + range.count].map(Double.init)
  }

  private func convolution(
    _ input: [Double], _ shape: TensorShape, outputs: Int, kernel: Int, stride: Int, weights: [Double], bias: [Double]
  ) -> [Double] {
    var result: [Double] = []
    for output in 0..<outputs {
      forEachOutputPixel(shape, stride: stride) { y, x in
        var sum = bias[output]
        for channel in 0..<shape.channels {
          let filter = (output * shape.channels + channel) * kernel * kernel
          sum += window(input, shape, channel, y, x, kernel) { weights[filter + $0] }
        }
        result.append(sum)
      }
    }
    return result
  }

  private func depthwise(
    _ input: [Double], _ shape: TensorShape, stride: Int, weights: [Double], bias: [Double]
  ) -> [Double] {
    var result: [Double] = []
    for channel in 0..<shape.channels {
      forEachOutputPixel(shape, stride: stride) { y, x in
        result.append(bias[channel] + window(input, shape, channel, y, x, 3) { weights[channel * 9 + $0] })
      }
    }
    return result
  }

  /// Calls `body` with the input pixel under the middle of the kernel, for each output pixel in order.
  private func forEachOutputPixel(_ shape: TensorShape, stride: Int, _ body: (_ y: Int, _ x: Int) -> Void) {
    for y in Swift.stride(from: 0, to: shape.height, by: stride) {
      for x in Swift.stride(from: 0, to: shape.width, by: stride) { body(y, x) }
    }
  }

  /// The sum of products of a filter and the pixels of one channel around (y, x), with zeros outside the image.
  private func window(
    _ input: [Double], _ shape: TensorShape, _ channel: Int, _ y: Int, _ x: Int, _ kernel: Int,
    _ weight: (Int) -> Double
  ) -> Double {
    var sum = 0.0
    for ky in 0..<kernel {
      for kx in 0..<kernel {
        let row = y + ky - kernel / 2
        let column = x + kx - kernel / 2
        guard (0..<shape.height).contains(row), (0..<shape.width).contains(column) else { continue }
        sum += input[(channel * shape.height + row) * shape.width + column] * weight(ky * kernel + kx)
      }
    }
    return sum
  }

  private func averagePool(_ input: [Double], _ shape: TensorShape, height: Int, width: Int) -> [Double] {
    var result: [Double] = []
    for channel in 0..<shape.channels {
      for top in Swift.stride(from: 0, to: shape.height, by: height) {
        for left in Swift.stride(from: 0, to: shape.width, by: width) {
          var sum = 0.0
          for y in top..<top + height {
            for x in left..<left + width { sum += input[(channel * shape.height + y) * shape.width + x] }
          }
          result.append(sum / Double(height * width))
        }
      }
    }
    return result
  }
}

extension Activation {
  /// The function's value at `x`, in double precision.
  package func apply(_ x: Double) -> Double {
    switch self {
    case .none: x
    case .relu: max(x, 0)
    case .relu6: min(max(x, 0), 6)
    case .sigmoid: 1 / (1 + exp(-x))
    case .elu: x > 0 ? x : exp(min(x, 0)) - 1
    }
  }
}
