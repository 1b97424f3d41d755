import NeuralGraph

/// How a general operator becomes a shader: which one, and what it is specialised by.
struct GeneralPass {
  var shader: ShaderFile
  var defines: [String: String] = [:]
  /// The numbers of a linear map along an axis, which become a texture of their own.
  var table: AxisTable?
  /// What the operator reads, in order: the shader's `source`, `weights` and `residual`.
  var inputs: [PassPlanner.Place] = []
  /// How often the shader's loops run.
  var repetitions = 1
  var channels = 1
  /// Whether each element is so much work that a pass writes one block only.
  var isHeavy = false

  init(_ operation: GeneralOperator) {
    switch operation {
    case .constant: preconditionFailure("a constant needs no pass")
    case .function(let function):
      self.init(.elementFunction)
      defines = ["FUNCTION": Self.name(function.kind), "A": Self.literal(function.a), "B": Self.literal(function.b)]
    case .binary(let function, let first, let second):
      self.init(.binary)
      let extents = zip(first, second).map(max)
      defines = [
        "FUNCTION": Self.name(function), "FIRST(i)": StridedView(broadcasting: first, to: extents).expression,
        "SECOND(i)": StridedView(broadcasting: second, to: extents).expression,
      ]
    case .rearrange(let view):
      self.init(.rearrange)
      defines = ["FIRST(i)": view.expression]
    case .pad(let padding): self.init(padding.table)
    case .resize(let resizing): self.init(resizing.table)
    case .convolution(let convolution): self.init(convolution)
    case .pool(let pool):
      self.init(.generalPool)
      defines = Self.windows(pool.axes).merging(
        ["KIND": "\(pool.kind.code)", "COLUMN_MAJOR": "\(pool.isColumnMajor)"]) { $1 }
      repetitions = pool.axes.reduce(1) { $0 * $1.kernel }
      isHeavy = true
    case .reduce(let reduction, let extents, let axes): self.init(reduction, extents, axes)
    case .softmax(let split):
      self.init(.softmax)
      defines = ["INNER": "\(split.inner)", "LENGTH": "\(split.length)"]
      repetitions = split.length
      isHeavy = true
    case .concatenate(_, let lengths, let inner):
      self.init(.join)
      defines = ["LENGTH": "\(lengths[0] * inner)", "ROW": "\(lengths.reduce(0, +) * inner)"]
    case .matrixProduct(let product): self.init(product)
    }
  }

  private init(_ shader: ShaderFile) { self.shader = shader }

  private init(_ table: AxisTable) {
    self.init(.axisTable)
    defines = [
      "INNER": "\(table.split.inner)", "LENGTH": "\(table.length)", "SOURCE_LENGTH": "\(table.split.length)",
      "TAPS": "\(table.taps)", "FILL": Self.literal(table.fill),
    ]
    self.table = table
    repetitions = table.taps
  }

  private init(_ convolution: GeneralConvolution) {
    self.init(.generalConvolution)
    defines = Self.windows(convolution.axes).merging([
      "OUTPUTS": "\(convolution.outputChannels)", "GROUPS": "\(convolution.groups)",
      "INPUT_STRIDE": "\(convolution.weightStrides.input)", "OUTPUT_STRIDE": "\(convolution.weightStrides.output)",
    ]) { $1 }
    repetitions = convolution.taps
    channels = convolution.inputChannels
    isHeavy = true
  }

  private init(_ reduction: Reduction, _ extents: [Int], _ axes: [Int]) {
    self.init(.reduce)
    let strides = StridedView.rowMajorStrides(extents)
    func expression(_ axes: [Int]) -> String {
      StridedView(sizes: axes.map { extents[$0] }, strides: axes.map { strides[$0] }, offset: 0, source: 0).expression
    }
    let kept = extents.indices.filter { !axes.contains($0) }
    let codes: [Reduction: Int] = [.mean: 0, .sum: 1, .maximum: 2, .minimum: 3]
    defines = ["FIRST(i)": expression(kept), "SECOND(i)": expression(axes), "REDUCTION": "\(codes[reduction] ?? 0)"]
    repetitions = axes.reduce(1) { $0 * extents[$1] }
    isHeavy = true
  }

  private init(_ product: MatrixProduct) {
    self.init(.matrixProduct)
    func matrices(_ strides: [Int]) -> String {
      StridedView(sizes: product.batch, strides: strides, offset: 0, source: 0).expression
    }
    defines = [
      "ROWS": "\(product.rows)", "COLUMNS": "\(product.columns)", "FIRST(i)": matrices(product.firstStrides),
      "SECOND(i)": matrices(product.secondStrides),
    ]
    repetitions = product.inner
    isHeavy = true
  }

  private static func windows(_ axes: [WindowAxis]) -> [String: String] {
    func list(_ vector: (WindowAxis) -> String) -> String {
      axes.map { "ivec4(\(vector($0)))" }.joined(separator: ", ")
    }
    return [
      "EXTENTS": list { "\($0.input), \($0.output), \($0.kernel), \($0.divisor)" },
      "STEPS": list { "\($0.stride), \($0.step), \($0.offset), \($0.padAfter)" },
    ]
  }

  /// A number as GLSL writes it, with nothing lost.
  private static func literal(_ number: Float) -> String { "uintBitsToFloat(\(number.bitPattern)u)" }

  private static func name(_ function: ElementFunction.Kind) -> String {
    switch function {
    case .tanh: "hyperbolic"
    case .elu: "scaledElu"
    case .not: "inverse01"
    default: "\(function)"
    }
  }

  private static func name(_ function: BinaryFunction) -> String {
    switch function {
    case .add: "plus"
    case .subtract: "minus"
    case .multiply: "times"
    case .divide: "divided"
    case .maximum: "larger"
    case .minimum: "smaller"
    case .equal: "same"
    default: "\(function)"
    }
  }
}

extension GeneralPool.Kind {
  /// The shader's number for it.
  fileprivate var code: UInt8 { rawValue }
}

extension StridedView {
  /// The source's element for element `i` of the result, as GLSL.
  fileprivate var expression: String {
    var terms = offset == 0 ? [] : ["\(offset)"]
    var below = 1
    for (size, stride) in zip(sizes, strides).reversed() {
      if size > 1, stride != 0 {
        let place = below == 1 ? "(i)" : "(i) / \(below)"
        terms.append("\(place) % \(size) * (\(stride))")
      }
      below *= size
    }
    return terms.isEmpty ? "0" : "(\(terms.joined(separator: " + ")))"
  }
}
