import Foundation

/// A function of one number, with up to two parameters.
package struct ElementFunction: Sendable, Equatable {
  /// Which function; the numbers are those of the model file and of the kernels.
  package enum Kind: UInt8, CaseIterable, Sendable {
    /// x ≥ 0 ? x : a·x
    case leakyRelu = 0
    /// min(max(x, a), b)
    case clip = 1
    case tanh = 2
    /// min(max(a·x + b, 0), 1)
    case hardSigmoid = 3
    /// x · min(max(x / 6 + ½, 0), 1)
    case hardSwish = 4
    /// x > 0 ? x : a·(exp(x) − 1)
    case elu = 5
    /// x / 2 · (1 + erf(x / √2))
    case gelu = 6
    /// x / 2 · (1 + tanh(√(2/π) · (x + 0.044715·x³)))
    case geluTanh = 7
    case exponential = 8
    case squareRoot = 9
    case errorFunction = 10
    case negative = 11
    case absolute = 12
    case reciprocal = 13
    case logarithm = 14
    /// 1 − x, for what is 0 or 1
    case not = 15
    /// x without what is behind the point
    case truncation = 16
  }

  package var kind: Kind
  package var a: Float
  package var b: Float

  package init(_ kind: Kind, a: Float = 0, b: Float = 0) {
    self.kind = kind
    self.a = a
    self.b = b
  }

  /// The function's value in double precision.
  package func apply(_ x: Double) -> Double {
    let (a, b) = (Double(a), Double(b))
    return switch kind {
    case .leakyRelu: x < 0 ? a * x : x
    case .clip: min(max(x, a), b)
    case .tanh: Foundation.tanh(x)
    case .hardSigmoid: min(max(a * x + b, 0), 1)
    case .hardSwish: x * min(max(x / 6 + 0.5, 0), 1)
    case .elu: x > 0 ? x : a * (exp(min(x, 0)) - 1)
    case .gelu: x / 2 * (1 + erf(x / 2.0.squareRoot()))
    case .geluTanh: x / 2 * (1 + Foundation.tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)))
    case .exponential: exp(x)
    case .squareRoot: x.squareRoot()
    case .errorFunction: erf(x)
    case .negative: -x
    case .absolute: abs(x)
    case .reciprocal: 1 / x
    case .logarithm: log(x)
    case .not: 1 - x
    case .truncation: x.rounded(.towardZero)
    }
  }
}

/// A function of two numbers; comparisons give 1 or 0.
package enum BinaryFunction: UInt8, CaseIterable, Sendable {
  case add = 0
  case subtract = 1
  case multiply = 2
  case divide = 3
  case maximum = 4
  case minimum = 5
  case power = 6
  case less = 7
  case greater = 8
  case equal = 9
  /// x < 0 ? x·y : x
  case prelu = 10
  /// x ≠ 0 ? y : 0
  case keepWhere = 11
  /// x = 0 ? y : 0
  case keepUnless = 12

  /// The function's value in double precision.
  package func apply(_ x: Double, _ y: Double) -> Double {
    switch self {
    case .add: x + y
    case .subtract: x - y
    case .multiply: x * y
    case .divide: x / y
    case .maximum: max(x, y)
    case .minimum: min(x, y)
    case .power: pow(x, y)
    case .less: x < y ? 1 : 0
    case .greater: x > y ? 1 : 0
    case .equal: x == y ? 1 : 0
    case .prelu: x < 0 ? x * y : x
    case .keepWhere: x != 0 ? y : 0
    case .keepUnless: x == 0 ? y : 0
    }
  }
}
