extension GeneralOperator {
  /// The result in plain loops and double precision; the operator is valid, and its inputs are what it expects.
  func reference(_ inputs: [[Double]], weights: [Float]) -> [Double] {
    switch self {
    case .constant(let range, _): weights[range.offset..<range.offset + range.count].map(Double.init)
    case .function(let function): inputs[0].map(function.apply)
    case .binary(let function, let first, let second): Self.binary(function, inputs, first, second)
    case .rearrange(let view): view.elements(of: inputs[0])
    case .pad(let padding): padding.table.applied(to: inputs[0])
    case .resize(let resizing): resizing.table.applied(to: inputs[0])
    case .convolution(let convolution): convolution.reference(inputs)
    case .pool(let pool): pool.reference(inputs[0])
    case .reduce(let reduction, let extents, let axes): Self.reduce(reduction, inputs[0], extents, axes)
    case .softmax(let split): Self.softmax(inputs[0], split)
    case .concatenate(let outer, let lengths, let inner): Self.concatenate(inputs, outer, lengths.map { $0 * inner })
    case .matrixProduct(let product): product.reference(inputs[0], inputs[1])
    }
  }

  private static func binary(
    _ function: BinaryFunction, _ inputs: [[Double]], _ first: [Int], _ second: [Int]
  ) -> [Double] {
    let extents = zip(first, second).map(max)
    func repeated(_ input: [Double], _ own: [Int]) -> [Double] {
      StridedView(broadcasting: own, to: extents).elements(of: input)
    }
    return zip(repeated(inputs[0], first), repeated(inputs[1], second)).map(function.apply)
  }

  /// Rows of these lengths, one of each input after the other.
  private static func concatenate(_ inputs: [[Double]], _ rows: Int, _ lengths: [Int]) -> [Double] {
    var result: [Double] = []
    for row in 0..<rows {
      for (input, length) in zip(inputs, lengths) { result += input[row * length..<(row + 1) * length] }
    }
    return result
  }

  private static func reduce(_ reduction: Reduction, _ input: [Double], _ extents: [Int], _ axes: [Int]) -> [Double] {
    let all = StridedView.rowMajorStrides(extents)
    let kept = extents.indices.filter { !axes.contains($0) }
    let starts = StridedView(sizes: kept.map { extents[$0] }, strides: kept.map { all[$0] }, offset: 0, source: 0)
    let inside = StridedView(sizes: axes.map { extents[$0] }, strides: axes.map { all[$0] }, offset: 0, source: 0)
    let offsets = inside.indices
    return starts.indices.map { start in
      let elements = offsets.map { input[start + $0] }
      return switch reduction {
      case .mean: elements.reduce(0, +) / Double(elements.count)
      case .sum: elements.reduce(0, +)
      case .maximum: elements.max() ?? 0
      case .minimum: elements.min() ?? 0
      }
    }
  }

  private static func softmax(_ input: [Double], _ split: AxisSplit) -> [Double] {
    var result = input
    for outer in 0..<split.outer {
      for inner in 0..<split.inner {
        let places = (0..<split.length).map { (outer * split.length + $0) * split.inner + inner }
        let highest = places.map { input[$0] }.max() ?? 0
        let powers = places.map { ElementFunction(.exponential).apply(input[$0] - highest) }
        let sum = powers.reduce(0, +)
        for (place, power) in zip(places, powers) { result[place] = power / sum }
      }
    }
    return result
  }
}

extension StridedView {
  /// A tensor repeated along its axes of edge 1 until it has the other's extents.
  package init(broadcasting own: [Int], to extents: [Int]) {
    let strides = Self.rowMajorStrides(own)
    self.init(
      sizes: extents, strides: own.indices.map { own[$0] == 1 ? 0 : strides[$0] }, offset: 0,
      source: own.reduce(1, *))
  }

  /// The source's element for each element of the result, in row-major order.
  package var indices: [Int] {
    var indices = [offset]
    for (size, stride) in zip(sizes, strides) {
      indices = indices.flatMap { start in (0..<size).map { start + $0 * stride } }
    }
    return indices
  }

  func elements(of input: [Double]) -> [Double] { indices.map { input[$0] } }
}

extension AxisTable {
  fileprivate func applied(to input: [Double]) -> [Double] {
    var result: [Double] = []
    for outer in 0..<split.outer {
      for position in 0..<length {
        for inner in 0..<split.inner {
          var sum = 0.0
          for tap in position * taps..<(position + 1) * taps where indices[tap] >= 0 {
            sum += Double(weights[tap]) * input[(outer * split.length + indices[tap]) * split.inner + inner]
          }
          result.append(indices[position * taps] < 0 ? Double(fill) : sum)
        }
      }
    }
    return result
  }
}

extension MatrixProduct {
  fileprivate func reference(_ first: [Double], _ second: [Double]) -> [Double] {
    var result: [Double] = []
    for index in 0..<count {
      let (a, b) = matrices(index)
      for row in 0..<rows {
        for column in 0..<columns {
          var sum = 0.0
          for k in 0..<inner { sum += first[(a * rows + row) * inner + k] * second[(b * inner + k) * columns + column] }
          result.append(sum)
        }
      }
    }
    return result
  }
}
