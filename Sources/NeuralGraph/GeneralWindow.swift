/// One axis of a window that slides over a tensor.
///
/// Tap k of the window for output o lies at (o · `stride` + k · `step` − `offset`) / `divisor`, if that is a whole number
/// within the input. Convolutions and pools have a divisor of 1; a transposed convolution of stride s, dilation d and
/// padding p is the window of stride 1, step −d, offset −p and divisor s.
package struct WindowAxis: Sendable, Equatable {
  package var input: Int
  package var output: Int
  package var kernel: Int
  package var stride: Int
  package var step: Int
  package var offset: Int
  package var divisor: Int
  /// Cells after the input that count as padding in a mean that includes it.
  package var padAfter: Int

  package init(
    input: Int, output: Int, kernel: Int, stride: Int, step: Int, offset: Int, divisor: Int = 1, padAfter: Int = 0
  ) {
    self.input = input
    self.output = output
    self.kernel = kernel
    self.stride = stride
    self.step = step
    self.offset = offset
    self.divisor = divisor
    self.padAfter = padAfter
  }

  /// An axis that is not there.
  package static let none = WindowAxis(input: 1, output: 1, kernel: 1, stride: 1, step: 1, offset: 0)

  /// The input position under a tap, or nil where there is none.
  package func position(output: Int, tap: Int) -> Int? {
    let numerator = output * stride + tap * step - offset
    guard numerator >= 0, numerator % divisor == 0, numerator / divisor < input else { return nil }
    return numerator / divisor
  }

  /// The window's cells for an output, those on padding included and those beyond it left out.
  package func paddedCells(output: Int) -> Int {
    (0..<kernel).count { output * stride + $0 * step - offset < input + padAfter }
  }
}

/// A convolution of up to three axes: input [batch][group][input channel][…], result [batch][group][output channel][…].
package struct GeneralConvolution: Sendable, Equatable {
  package var batch: Int
  package var groups: Int
  /// Channels of one group.
  package var inputChannels: Int
  /// Channels of one group.
  package var outputChannels: Int
  /// Depth, height, width.
  package var axes: [WindowAxis]
  /// Whether the weights are [group][input channel][output channel][taps], as in ONNX's ConvTranspose, rather than
  /// [group][output channel][input channel][taps].
  package var isTransposed: Bool

  package init(
    batch: Int, groups: Int, inputChannels: Int, outputChannels: Int, axes: [WindowAxis], isTransposed: Bool
  ) {
    self.batch = batch
    self.groups = groups
    self.inputChannels = inputChannels
    self.outputChannels = outputChannels
    self.axes = axes
    self.isTransposed = isTransposed
  }

  /// Cells of the kernel.
  package var taps: Int { axes.reduce(1) { $0 * $1.kernel } }
  /// The number of weights.
  package var weightCount: Int { groups * inputChannels * outputChannels * taps }
  /// From one input channel, and from one output channel, to the next in a group's weights.
  package var weightStrides: (input: Int, output: Int) {
    isTransposed ? (outputChannels * taps, taps) : (taps, inputChannels * taps)
  }
}

/// A pool over windows of up to three axes.
package struct GeneralPool: Sendable, Equatable {
  /// What becomes of a window's elements.
  package enum Kind: UInt8, CaseIterable, Sendable {
    case maximum
    /// The mean of those inside the input.
    case average
    /// Their sum by the number of cells, padding included.
    case averageWithPadding
    /// The index of the maximum in the whole input, the first of equals.
    case maximumIndex
  }

  package var kind: Kind
  /// Batch × channels.
  package var outer: Int
  /// Depth, height, width.
  package var axes: [WindowAxis]
  /// Whether ``Kind/maximumIndex`` counts the last axes column by column, as ONNX's `storage_order` 1.
  package var isColumnMajor: Bool

  package init(kind: Kind, outer: Int, axes: [WindowAxis], isColumnMajor: Bool = false) {
    self.kind = kind
    self.outer = outer
    self.axes = axes
    self.isColumnMajor = isColumnMajor
  }
}
