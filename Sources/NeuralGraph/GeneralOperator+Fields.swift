/// A general operator as two runs of numbers: how the model file keeps it.
///
/// Lists are their number and then their numbers. What is read back may be anything; validation follows.
struct OperatorFields {
  var integers: [Int] = []
  var reals: [Float] = []
  private var nextInteger = 0
  private var nextReal = 0

  init() {}

  init(integers: [Int], reals: [Float]) {
    self.integers = integers
    self.reals = reals
  }

  /// Whether all numbers have been read.
  var isAtEnd: Bool { nextInteger == integers.count && nextReal == reals.count }

  mutating func put(_ numbers: Int...) { integers += numbers }
  mutating func put(list: [Int]) { integers += [list.count] + list }
  mutating func put(reals numbers: Float...) { reals += numbers }

  mutating func integer() -> Int? {
    guard nextInteger < integers.count else { return nil }
    defer { nextInteger += 1 }
    return integers[nextInteger]
  }

  mutating func list() -> [Int]? {
    guard let count = integer(), count >= 0, count <= integers.count - nextInteger else { return nil }
    defer { nextInteger += count }
    return Array(integers[nextInteger..<nextInteger + count])
  }

  mutating func real() -> Float? {
    guard nextReal < reals.count else { return nil }
    defer { nextReal += 1 }
    return reals[nextReal]
  }

  mutating func code<Code: RawRepresentable<UInt8>>(_: Code.Type) -> Code? {
    integer().flatMap { UInt8(exactly: $0) }.flatMap(Code.init)
  }

  mutating func flag() -> Bool? { integer().flatMap { $0 == 0 ? false : $0 == 1 ? true : nil } }

  mutating func split() -> AxisSplit? {
    guard let outer = integer(), let length = integer(), let inner = integer() else { return nil }
    return AxisSplit(outer: outer, length: length, inner: inner)
  }

  mutating func put(_ split: AxisSplit) { put(split.outer, split.length, split.inner) }

  mutating func put(_ axes: [WindowAxis]) {
    put(axes.count)
    for axis in axes {
      put(axis.input, axis.output, axis.kernel, axis.stride, axis.step, axis.offset, axis.divisor, axis.padAfter)
    }
  }

  mutating func axes() -> [WindowAxis]? {
    guard let count = integer(), (0...3).contains(count) else { return nil }
    var axes: [WindowAxis] = []
    for _ in 0..<count {
      let fields = (0..<8).compactMap { _ in integer() }
      guard fields.count == 8 else { return nil }
      axes.append(
        WindowAxis(
          input: fields[0], output: fields[1], kernel: fields[2], stride: fields[3], step: fields[4],
          offset: fields[5], divisor: fields[6], padAfter: fields[7]))
    }
    return axes
  }
}

extension GeneralOperator {
  /// The operator's number in the model file.
  var code: UInt8 {
    switch self {
    case .constant: 8
    case .function: 9
    case .binary: 10
    case .rearrange: 11
    case .pad: 12
    case .resize: 13
    case .convolution: 14
    case .pool: 15
    case .reduce: 16
    case .softmax: 17
    case .concatenate: 18
    case .matrixProduct: 19
    }
  }

  /// The operator's fields, in the order of docs/model-format.md.
  var fields: OperatorFields {
    var fields = OperatorFields()
    switch self {
    case .constant(let range, let extents):
      fields.put(range.offset, range.count)
      fields.put(list: extents)
    case .function(let function):
      fields.put(Int(function.kind.rawValue))
      fields.put(reals: function.a, function.b)
    case .binary(let function, let first, let second):
      fields.put(Int(function.rawValue))
      fields.put(list: first)
      fields.put(list: second)
    case .rearrange(let view):
      fields.put(list: view.sizes)
      fields.put(list: view.strides)
      fields.put(view.offset, view.source)
    case .pad(let padding):
      fields.put(padding.split)
      fields.put(padding.before, padding.after, Int(padding.mode.rawValue))
      fields.put(reals: padding.value)
    case .resize(let resizing): resizing.put(in: &fields)
    case .convolution(let convolution):
      fields.put(convolution.batch, convolution.groups, convolution.inputChannels, convolution.outputChannels)
      fields.put(convolution.axes)
      fields.put(convolution.isTransposed ? 1 : 0)
    case .pool(let pool):
      fields.put(Int(pool.kind.rawValue), pool.outer)
      fields.put(pool.axes)
      fields.put(pool.isColumnMajor ? 1 : 0)
    case .reduce(let reduction, let extents, let axes):
      fields.put(Int(reduction.rawValue))
      fields.put(list: extents)
      fields.put(list: axes)
    case .softmax(let split): fields.put(split)
    case .concatenate(let outer, let lengths, let inner):
      fields.put(outer, inner)
      fields.put(list: lengths)
    case .matrixProduct(let product):
      fields.put(product.rows, product.inner, product.columns)
      fields.put(list: product.batch)
      fields.put(list: product.firstStrides)
      fields.put(list: product.secondStrides)
    }
    return fields
  }

  /// The operator of that number with these fields, or nil where they don't make one. All fields must be used up.
  init?(code: UInt8, _ fields: OperatorFields) {
    var fields = fields
    guard let operation = Self.read(code, &fields), fields.isAtEnd else { return nil }
    self = operation
  }

  private static func read(_ code: UInt8, _ fields: inout OperatorFields) -> GeneralOperator? {
    switch code {
    case 8:
      guard let offset = fields.integer(), let count = fields.integer(), let extents = fields.list(), offset >= 0,
        count >= 0
      else { return nil }
      return .constant(WeightRange(offset: offset, count: count), extents: extents)
    case 9:
      guard let kind = fields.code(ElementFunction.Kind.self), let a = fields.real(), let b = fields.real() else {
        return nil
      }
      return .function(ElementFunction(kind, a: a, b: b))
    case 10:
      guard let function = fields.code(BinaryFunction.self), let first = fields.list(), let second = fields.list()
      else {
        return nil
      }
      return .binary(function, first: first, second: second)
    case 11:
      guard let sizes = fields.list(), let strides = fields.list(), let offset = fields.integer(),
        let source = fields.integer()
      else { return nil }
      return .rearrange(StridedView(sizes: sizes, strides: strides, offset: offset, source: source))
    case 12:
      guard let split = fields.split(), let before = fields.integer(), let after = fields.integer(),
        let mode = fields.code(Padding.Mode.self), let value = fields.real()
      else { return nil }
      return .pad(Padding(split: split, before: before, after: after, mode: mode, value: value))
    case 13: return Resizing(&fields).map { .resize($0) }
    case 14:
      guard let batch = fields.integer(), let groups = fields.integer(), let inputs = fields.integer(),
        let outputs = fields.integer(), let axes = fields.axes(), let isTransposed = fields.flag()
      else { return nil }
      return .convolution(
        GeneralConvolution(
          batch: batch, groups: groups, inputChannels: inputs, outputChannels: outputs, axes: axes,
          isTransposed: isTransposed))
    case 15:
      guard let kind = fields.code(GeneralPool.Kind.self), let outer = fields.integer(), let axes = fields.axes(),
        let isColumnMajor = fields.flag()
      else { return nil }
      return .pool(GeneralPool(kind: kind, outer: outer, axes: axes, isColumnMajor: isColumnMajor))
    default: return readPlain(code, &fields)
    }
  }

  /// Operators without windows.
  private static func readPlain(_ code: UInt8, _ fields: inout OperatorFields) -> GeneralOperator? {
    switch code {
    case 16:
      guard let reduction = fields.code(Reduction.self), let extents = fields.list(), let axes = fields.list() else {
        return nil
      }
      return .reduce(reduction, extents: extents, axes: axes)
    case 17: return fields.split().map { .softmax($0) }
    case 18:
      guard let outer = fields.integer(), let inner = fields.integer(), let lengths = fields.list() else { return nil }
      return .concatenate(outer: outer, lengths: lengths, inner: inner)
    case 19:
      guard let rows = fields.integer(), let inner = fields.integer(), let columns = fields.integer(),
        let batch = fields.list(), let first = fields.list(), let second = fields.list()
      else { return nil }
      return .matrixProduct(
        MatrixProduct(
          rows: rows, inner: inner, columns: columns, batch: batch, firstStrides: first, secondStrides: second))
    default: return nil
    }
  }
}

extension Resizing {
  fileprivate func put(in fields: inout OperatorFields) {
    fields.put(split)
    fields.put(
      length, Int(mode.rawValue), Int(coordinates.rawValue), Int(rounding.rawValue), excludesOutside ? 1 : 0,
      antialias ? 1 : 0)
    fields.put(reals: scale, cubic, start, end, extrapolation)
  }

  fileprivate init?(_ fields: inout OperatorFields) {
    guard let split = fields.split(), let length = fields.integer(), let mode = fields.code(Mode.self),
      let coordinates = fields.code(Coordinates.self), let rounding = fields.code(Rounding.self),
      let excludesOutside = fields.flag(), let antialias = fields.flag(), let scale = fields.real(),
      let cubic = fields.real(), let start = fields.real(), let end = fields.real(),
      let extrapolation = fields.real()
    else { return nil }
    self.init(
      split: split, length: length, scale: scale, mode: mode, coordinates: coordinates, rounding: rounding,
      cubic: cubic, excludesOutside: excludesOutside, antialias: antialias, start: start, end: end,
      extrapolation: extrapolation)
  }
}
