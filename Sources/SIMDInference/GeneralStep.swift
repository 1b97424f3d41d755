import CSIMDKernels
import NeuralGraph

/// A step on runs of floats in row-major order, with indices where its pointers will be.
struct GeneralStep {
  var layer: gurn_general
  var inputs: [RunPlan.Place] = []
  var output: RunPlan.Place?
  /// Sizes of the result's axes, and the inputs' steps along them.
  var sizes: [Int] = []
  var first: [Int] = []
  var second: [Int] = []
  var table: [Int] = []
  var weights: [Float] = []
  var windows: [WindowAxis] = []

  init(_ operation: gurn_general_operation) {
    layer = gurn_general()
    layer.operation = operation
  }

  /// The steps that compute an operator: one, or one for each part of a concatenation; none for a constant.
  static func steps(of operation: GeneralOperator) -> [GeneralStep] {
    switch operation {
    case .constant: return []
    case .function(let function):
      var step = GeneralStep(gurn_general_function)
      step.layer.function = Int32(function.kind.rawValue)
      (step.layer.a, step.layer.b) = (function.a, function.b)
      return [step]
    case .binary(let function, let first, let second):
      var step = GeneralStep(gurn_general_binary)
      step.layer.function = Int32(function.rawValue)
      // A number is a row of one.
      let (own, other) = first.isEmpty ? ([1], [1]) : (first, second)
      step.sizes = zip(own, other).map(max)
      step.first = StridedView(broadcasting: own, to: step.sizes).strides
      step.second = StridedView(broadcasting: other, to: step.sizes).strides
      return [step]
    case .rearrange(let view):
      var step = GeneralStep(gurn_general_rearrange)
      (step.sizes, step.first) = view.sizes.isEmpty ? ([1], [1]) : (view.sizes, view.strides)
      step.second = step.sizes.map { _ in 0 }
      step.layer.offset = view.offset
      return [step]
    case .pad(let padding): return [GeneralStep(padding.table)]
    case .resize(let resizing): return [GeneralStep(resizing.table)]
    case .convolution(let convolution): return [GeneralStep(convolution)]
    case .pool(let pool):
      var step = GeneralStep(gurn_general_pool)
      step.layer.function = Int32(pool.kind.rawValue)
      step.layer.outer = pool.outer
      step.layer.offset = pool.isColumnMajor ? 1 : 0
      step.windows = pool.axes
      return [step]
    case .reduce(let reduction, let extents, let axes): return [GeneralStep(reduction, extents, axes)]
    case .softmax(let split):
      var step = GeneralStep(gurn_general_softmax)
      (step.layer.outer, step.layer.count, step.layer.inner) = (split.outer, split.length, split.inner)
      return [step]
    case .concatenate(let outer, let lengths, let inner):
      var offset = 0
      return lengths.map { length in
        var step = GeneralStep(gurn_general_part)
        (step.layer.outer, step.layer.length) = (outer, lengths.reduce(0, +) * inner)
        (step.layer.count, step.layer.offset) = (length * inner, offset)
        offset += length * inner
        return step
      }
    case .matrixProduct(let product):
      var step = GeneralStep(gurn_general_product)
      (step.layer.outer, step.layer.length, step.layer.inner) = (product.rows, product.inner, product.columns)
      step.layer.count = product.count
      step.table = (0..<product.count).flatMap { [product.matrices($0).first, product.matrices($0).second] }
      return [step]
    }
  }

  private init(_ table: AxisTable) {
    self.init(gurn_general_table)
    (layer.outer, layer.length, layer.inner) = (table.split.outer, table.split.length, table.split.inner)
    (layer.count, layer.a) = (table.taps, table.fill)
    sizes = [table.length]
    self.table = table.indices
    weights = table.weights
  }

  private init(_ convolution: GeneralConvolution) {
    self.init(gurn_general_convolution)
    (layer.outer, layer.count) = (convolution.batch, convolution.groups)
    (layer.length, layer.inner) = (convolution.inputChannels, convolution.outputChannels)
    first = [convolution.weightStrides.input, convolution.weightStrides.output]
    windows = convolution.axes
  }

  private init(_ reduction: Reduction, _ extents: [Int], _ axes: [Int]) {
    self.init(gurn_general_reduce)
    layer.function = Int32(reduction.rawValue)
    let strides = StridedView.rowMajorStrides(extents)
    func places(_ axes: [Int]) -> [Int] {
      StridedView(sizes: axes.map { extents[$0] }, strides: axes.map { strides[$0] }, offset: 0, source: 0).indices
    }
    let starts = places(extents.indices.filter { !axes.contains($0) })
    let inside = places(axes)
    (layer.outer, layer.inner) = (starts.count, inside.count)
    table = starts + inside
  }
}

/// Where values lie as runs in row-major order, in a block of memory of their own.
struct RunPlan {
  /// A run: where it begins, and how far the next image's is.
  struct Place {
    var offset: Int
    var stride: Int
  }

  /// By value.
  private(set) var places: [Int: Place] = [:]
  /// Numbers that are written once, with their places.
  private(set) var constants: [(place: Place, weights: WeightRange)] = []
  /// The floats that all runs take.
  private(set) var size = 0
  private var free: [Int: [Int]] = [:]
  private var lengths: [Int: Int] = [:]

  /// Takes room for a value of `count` elements an image.
  mutating func take(_ value: Int, count: Int, batch: Int) -> Place {
    let length = (count * batch + 15) / 16 * 16
    let offset = free[length]?.popLast() ?? grow(length)
    let place = Place(offset: offset, stride: count)
    places[value] = place
    lengths[value] = length
    return place
  }

  /// Takes room for a value that never changes.
  mutating func take(_ value: Int, constant weights: WeightRange) {
    let place = Place(offset: grow((weights.count + 15) / 16 * 16), stride: 0)
    places[value] = place
    constants.append((place, weights))
  }

  /// Gives a value's room back; a constant keeps its.
  mutating func release(_ value: Int) {
    guard let length = lengths.removeValue(forKey: value), let place = places[value] else { return }
    free[length, default: []].append(place.offset)
  }

  private mutating func grow(_ length: Int) -> Int {
    defer { size += length }
    return size
  }
}
