/// Writes JSON's numbers and punctuation into a buffer that is used again: no locale, no exponents, no allocation once the
/// buffer has grown.
struct JSONText {
  private(set) var bytes: [UInt8] = []

  mutating func clear() { bytes.removeAll(keepingCapacity: true) }

  mutating func append(_ text: StaticString) {
    text.withUTF8Buffer { bytes.append(contentsOf: $0) }
  }

  /// Bytes that are JSON already.
  mutating func append(_ json: [UInt8]) { bytes.append(contentsOf: json) }

  /// A number with at most so many decimals, 0…9. What is not finite, or too large to be exact, is 0: JSON has no NaN.
  mutating func append(_ value: Double, decimals: Int) {
    let scale = Self.powers[decimals]
    let scaled = (value * scale).rounded()
    guard scaled.isFinite, scaled.magnitude < 9e15 else { return bytes.append(UInt8(ascii: "0")) }
    if scaled < 0 { bytes.append(UInt8(ascii: "-")) }
    let (whole, fraction) = UInt64(scaled.magnitude).quotientAndRemainder(dividingBy: UInt64(scale))
    append(whole)
    guard fraction > 0 else { return }
    bytes.append(UInt8(ascii: "."))
    var (rest, unit) = (fraction, UInt64(scale) / 10)
    while rest > 0 {
      bytes.append(UInt8(ascii: "0") + UInt8(rest / unit))
      (rest, unit) = (rest % unit, unit / 10)
    }
  }

  /// Numbers in brackets.
  mutating func append(_ values: SIMD4<Float>, count: Int, decimals: Int) {
    for index in 0..<count {
      append(index == 0 ? "[" : ",")
      append(Double(values[index]), decimals: decimals)
    }
    append("]")
  }

  private mutating func append(_ whole: UInt64) {
    var divisor: UInt64 = 1
    while whole / divisor >= 10 { divisor *= 10 }
    while divisor > 0 {
      bytes.append(UInt8(ascii: "0") + UInt8(whole / divisor % 10))
      divisor /= 10
    }
  }

  private static let powers: [Double] = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9]
}
