/// What a node computes. Convolutions are cross-correlations, as in ONNX `Conv`, with zero padding of `kernel / 2` on all
/// sides, so that an output edge is `ceil(input edge / stride)` for the kernels allowed here.
///
/// Weights are given in ONNX's order. `activation` is applied to the sum of products and bias.
package enum Operator: Sendable, Equatable {
  /// Full convolution; `kernel` is 1 or 3, `stride` 1 or 2; `weights` are [output][input][ky][kx], `bias` [output].
  case convolution(
    outputChannels: Int, kernel: Int, stride: Int, weights: WeightRange, bias: WeightRange, activation: Activation)
  /// One 3×3 filter a channel, `stride` 1 or 2; `weights` are [channel][ky][kx], `bias` [channel].
  case depthwiseConvolution(stride: Int, weights: WeightRange, bias: WeightRange, activation: Activation)
  /// The sum of two tensors of one shape.
  case add(activation: Activation)
  /// An activation alone.
  case activation(Activation)
  /// The mean of each `kernel`×`kernel` block, stride `kernel`, no padding; both edges are multiples of `kernel`.
  case averagePool(kernel: Int)
  /// The mean of each channel: C×1×1.
  case globalAveragePool
  /// Every element of the input, in C, H, W order, to `outputs` × 1 × 1; `weights` are [output][input], `bias` [output].
  case fullyConnected(outputs: Int, weights: WeightRange, bias: WeightRange, activation: Activation)
  /// What the operators above can't say: any number of axes and inputs.
  case general(GeneralOperator)
}

/// An element-wise function.
package enum Activation: UInt8, CaseIterable, Sendable {
  case none = 0
  /// max(x, 0)
  case relu = 1
  /// min(max(x, 0), 6)
  case relu6 = 2
  /// 1 / (1 + exp(−x))
  case sigmoid = 3
  /// x > 0 ? x : exp(min(x, 0)) − 1; written so that no branch can make a NaN of an infinity.
  case elu = 4
}

/// A run of elements in the graph's weights.
package struct WeightRange: Hashable, Sendable {
  /// The index of the first element in ``Graph/weights``.
  package var offset: Int
  package var count: Int

  package init(offset: Int, count: Int) {
    self.offset = offset
    self.count = count
  }
}
