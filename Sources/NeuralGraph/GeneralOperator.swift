/// Operators that see their inputs as tensors of any number of axes, in row-major order, whatever shape they are kept in.
///
/// They are what imported networks need beyond Gurn's own layers; ONNX's operators are made of them. A result of extents
/// E is kept as ``TensorShape/init(folding:)`` of E. Source: ONNX operators, https://onnx.ai/onnx/operators.
package enum GeneralOperator: Sendable, Equatable {
  /// Numbers known beforehand; reads nothing.
  case constant(WeightRange, extents: [Int])
  /// An element-wise function.
  case function(ElementFunction)
  /// An element-wise function of two tensors; where one has an edge of 1, it is repeated along that axis.
  case binary(BinaryFunction, first: [Int], second: [Int])
  /// Elements picked by strides: transposition, slices, repetition, another shape.
  case rearrange(StridedView)
  /// A tensor made longer along one axis.
  case pad(Padding)
  /// A tensor resampled along one axis.
  case resize(Resizing)
  /// Convolution or transposed convolution of input 0 with the weights of input 1, plus the biases of input 2 if there.
  case convolution(GeneralConvolution)
  /// Maximum or mean over windows.
  case pool(GeneralPool)
  /// Mean, sum, maximum or minimum over some axes.
  case reduce(Reduction, extents: [Int], axes: [Int])
  /// exp(x) / Σ exp(x) along one axis.
  case softmax(AxisSplit)
  /// Its inputs one after the other along one axis; `lengths` are theirs on that axis.
  case concatenate(outer: Int, lengths: [Int], inner: Int)
  /// Matrix product of input 0 and input 1.
  case matrixProduct(MatrixProduct)
}

/// A tensor seen as three axes: everything before the axis in question, the axis, everything after it.
package struct AxisSplit: Sendable, Equatable {
  package var outer: Int
  package var length: Int
  package var inner: Int

  package init(outer: Int, length: Int, inner: Int) {
    self.outer = outer
    self.length = length
    self.inner = inner
  }

  /// `extents` seen from `axis`.
  package init(_ extents: [Int], axis: Int) {
    self.init(
      outer: extents[..<axis].reduce(1, *), length: extents[axis], inner: extents[(axis + 1)...].reduce(1, *))
  }

  /// The number of elements.
  package var count: Int { outer * length * inner }
}

/// Elements of a run, picked by strides: element (i₀, i₁, …) is source element `offset` + Σ iₐ · `strides`ₐ.
package struct StridedView: Sendable, Equatable {
  /// The extents of the result.
  package var sizes: [Int]
  /// Source elements from one to the next along each axis: negative to go backwards, 0 to repeat.
  package var strides: [Int]
  /// The source element of the result's first one.
  package var offset: Int
  /// The number of elements of the source.
  package var source: Int

  package init(sizes: [Int], strides: [Int], offset: Int, source: Int) {
    self.sizes = sizes
    self.strides = strides
    self.offset = offset
    self.source = source
  }

  /// The strides of a tensor of these extents in row-major order.
  package static func rowMajorStrides(_ extents: [Int]) -> [Int] {
    var strides = [Int](repeating: 1, count: extents.count)
    for axis in extents.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * extents[axis + 1] }
    return strides
  }
}

/// What a reduction makes of many elements.
package enum Reduction: UInt8, CaseIterable, Sendable { case mean, sum, maximum, minimum }

/// A batch of matrix products: (rows × inner) · (inner × columns), for each matrix of the batch.
package struct MatrixProduct: Sendable, Equatable {
  package var rows: Int
  package var inner: Int
  package var columns: Int
  /// The extents of the batch.
  package var batch: [Int]
  /// Matrices from one to the next along each axis of the batch, 0 where an operand is repeated.
  package var firstStrides: [Int]
  package var secondStrides: [Int]

  package init(rows: Int, inner: Int, columns: Int, batch: [Int], firstStrides: [Int], secondStrides: [Int]) {
    self.rows = rows
    self.inner = inner
    self.columns = columns
    self.batch = batch
    self.firstStrides = firstStrides
    self.secondStrides = secondStrides
  }

  /// The number of products.
  package var count: Int { batch.reduce(1, *) }

  /// The index of the first and of the second operand's matrix for the product of that index.
  package func matrices(_ index: Int) -> (first: Int, second: Int) {
    var (rest, first, second) = (index, 0, 0)
    for axis in batch.indices.reversed() {
      first += rest % batch[axis] * firstStrides[axis]
      second += rest % batch[axis] * secondStrides[axis]
      rest /= batch[axis]
    }
    return (first, second)
  }
}
