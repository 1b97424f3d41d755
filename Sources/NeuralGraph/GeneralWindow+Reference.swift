extension GeneralConvolution {
  /// The result in plain loops and double precision.
  func reference(_ inputs: [[Double]]) -> [Double] {
    let (input, weights) = (inputs[0], inputs[1])
    let windows = axes.windows
    let area = axes.reduce(1) { $0 * $1.input }
    let strides = weightStrides
    var result: [Double] = []
    for image in 0..<batch {
      for group in 0..<groups {
        for output in 0..<outputChannels {
          let filter = group * inputChannels * outputChannels * taps + output * strides.output
          let start = inputs.count > 2 ? inputs[2][group * outputChannels + output] : 0
          for window in windows {
            var sum = start
            for channel in 0..<inputChannels {
              let plane = ((image * groups + group) * inputChannels + channel) * area
              for (tap, place) in window {
                sum += input[plane + place] * weights[filter + channel * strides.input + tap]
              }
            }
            result.append(sum)
          }
        }
      }
    }
    return result
  }
}

extension GeneralPool {
  /// The result in plain loops and double precision.
  func reference(_ input: [Double]) -> [Double] {
    let windows = axes.windows
    let cells = axes.paddedCells
    let area = axes.reduce(1) { $0 * $1.input }
    var result: [Double] = []
    for plane in 0..<outer {
      for (window, padded) in zip(windows, cells) {
        let places = window.map(\.place)
        let sum = places.reduce(0) { $0 + input[plane * area + $1] }
        switch kind {
        case .average: result.append(places.isEmpty ? 0 : sum / Double(places.count))
        case .averageWithPadding: result.append(padded == 0 ? 0 : sum / Double(padded))
        case .maximum: result.append(places.map { input[plane * area + $0] }.max() ?? 0)
        case .maximumIndex:
          let best = places.max {
            input[plane * area + $0] < input[plane * area + $1]
              || (input[plane * area + $0] == input[plane * area + $1] && $0 > $1)
          }
          result.append(Double(plane * area + order(best ?? 0)))
        }
      }
    }
    return result
  }

  /// The index that a place in a plane is known by.
  private func order(_ place: Int) -> Int {
    guard isColumnMajor else { return place }
    let (height, width) = (axes[1].input, axes[2].input)
    let (z, y, x) = (place / width / height, place / width % height, place % width)
    return (x * height + y) * axes[0].input + z
  }
}

extension [WindowAxis] {
  /// For each output in row-major order the taps that lie on the input, with the input's place in its plane.
  var windows: [[(tap: Int, place: Int)]] {
    var windows: [[(tap: Int, place: Int)]] = [[(0, 0)]]
    for axis in self {
      windows = windows.flatMap { before in
        (0..<axis.output).map { output in
          before.flatMap { tap, place in
            (0..<axis.kernel).compactMap { own in
              axis.position(output: output, tap: own).map { (tap * axis.kernel + own, place * axis.input + $0) }
            }
          }
        }
      }
    }
    return windows
  }

  /// For each output in row-major order the cells of its window, padding included.
  var paddedCells: [Int] {
    reduce([1]) { cells, axis in
      cells.flatMap { count in (0..<axis.output).map { count * axis.paddedCells(output: $0) } }
    }
  }
}
