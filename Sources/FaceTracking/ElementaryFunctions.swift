import Foundation

extension Float {
  /// e to this power, with the exponent limited to ±30 so that a wild network output stays finite.
  var exponential: Float { exp(Swift.max(-30, Swift.min(30, self))) }

  /// 1 / (1 + e^−x)
  var logistic: Float { 1 / (1 + (-self).exponential) }
}
