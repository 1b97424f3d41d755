import NeuralGraph

/// The window attributes that convolutions and pools of ONNX share, for the spatial axes of one input.
struct SlidingWindow {
  var kernel: [Int]
  var strides: [Int]
  var dilations: [Int]
  /// Padding before and after each axis, as it is given; automatic padding depends on the input.
  private var pads: [Int]
  private let automatic: String
  private let roundsUp: Bool

  /// `kernel` is that of the weights, nil where the node's own counts; `rank` is the number of spatial axes.
  init(_ node: ONNXNodeProto, kernel: [Int]?, rank: Int) throws(Refusal) {
    let attributes = NodeAttributes(node)
    func list(_ name: String, _ count: Int, default value: Int, _ range: ClosedRange<Int>) throws(Refusal) -> [Int] {
      let numbers = attributes.integers(name, default: [Int](repeating: value, count: count))
      guard numbers.count == count, numbers.allSatisfy(range.contains) else {
        throw Refusal("\(name) \(numbers) are not \(count) numbers from \(range.lowerBound) to \(range.upperBound)")
      }
      return numbers
    }
    guard (1...3).contains(rank) else { throw Refusal("its input has \(rank) spatial axes, not 1 to 3") }
    let edge = 1...Graph.maximumEdge
    self.kernel = try list("kernel_shape", rank, default: 0, 0...Graph.maximumEdge)
    if let kernel {
      guard self.kernel == kernel || self.kernel.allSatisfy({ $0 == 0 }) else {
        throw Refusal("kernel_shape \(self.kernel) is not that of its weights, \(kernel)")
      }
      self.kernel = kernel
    }
    guard self.kernel.allSatisfy(edge.contains) else { throw Refusal("kernel_shape \(self.kernel) is impossible") }
    strides = try list("strides", rank, default: 1, edge)
    dilations = try list("dilations", rank, default: 1, edge)
    pads = try list("pads", 2 * rank, default: 0, -Graph.maximumEdge...Graph.maximumEdge)
    automatic = attributes.text("auto_pad", default: "NOTSET")
    guard ["NOTSET", "VALID", "SAME_UPPER", "SAME_LOWER", ""].contains(automatic) else {
      throw Refusal("auto_pad '\(automatic)' is unknown")
    }
    roundsUp = attributes.integer("ceil_mode", default: 0) != 0
  }

  /// Elements that the dilated kernel covers.
  func reach(_ axis: Int) -> Int { (kernel[axis] - 1) * dilations[axis] + 1 }

  var isSame: Bool { automatic.hasPrefix("SAME") }

  /// A padding of that many elements in all: the odd one is after for SAME_UPPER, else before.
  func shared(_ total: Int) -> (before: Int, after: Int) {
    automatic == "SAME_UPPER" ? (total / 2, total - total / 2) : (total - total / 2, total / 2)
  }

  /// The padding that is given for an axis.
  func given(_ axis: Int) -> (before: Int, after: Int) {
    automatic == "VALID" ? (0, 0) : (pads[axis], pads[axis + kernel.count])
  }

  /// The windows over an input of these spatial extents.
  func axes(over extents: [Int]) throws(Refusal) -> [WindowAxis] {
    var axes: [WindowAxis] = []
    for axis in extents.indices {
      let (length, stride, reach) = (extents[axis], strides[axis], reach(axis))
      var (pad, output) = (given(axis), 0)
      if isSame {
        output = (length + stride - 1) / stride
        pad = shared(max((output - 1) * stride + reach - length, 0))
      } else {
        let room = length + pad.before + pad.after - reach
        guard room >= 0 else {
          throw Refusal("its kernel reaches over \(reach) elements, its padded input has \(room + reach)")
        }
        output = (room + (roundsUp ? stride - 1 : 0)) / stride + 1
        // A window that would begin on the padding after the input is left out.
        if roundsUp, (output - 1) * stride >= length + pad.before { output -= 1 }
      }
      guard output > 0 else { throw Refusal("its result has no elements") }
      axes.append(
        WindowAxis(
          input: length, output: output, kernel: kernel[axis], stride: stride, step: dilations[axis],
          offset: pad.before, padAfter: pad.after))
    }
    return axes
  }

  /// The windows as three axes, those that are not there in front.
  static func three(_ axes: [WindowAxis]) -> [WindowAxis] {
    [WindowAxis](repeating: .none, count: 3 - axes.count) + axes
  }
}
