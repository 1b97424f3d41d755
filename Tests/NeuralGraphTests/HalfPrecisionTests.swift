import Foundation
import NeuralGraph
import Testing

@Suite struct HalfPrecisionTests {
  /// IEEE 754's definition, in double precision.
  private func definition(_ bits: UInt16) -> Double {
    let sign: Double = bits & 0x8000 == 0 ? 1 : -1
    let exponent = Int(bits >> 10) & 0x1F
    let fraction = Double(bits & 0x3FF) / 1024
    if exponent == 0x1F { return fraction == 0 ? sign * .infinity : .nan }
    return exponent == 0 ? sign * fraction * pow(2, -14) : sign * (1 + fraction) * pow(2, Double(exponent - 15))
  }

  @Test func everyPatternHasItsValueAndComesBack() {
    var wrong: [UInt16] = []
    for bits in UInt16.min...UInt16.max {
      let value = HalfPrecision.float(bits)
      let expected = definition(bits)
      let isRight =
        expected.isNaN
        ? value.isNaN && HalfPrecision.bits(value) == bits & 0x8000 | 0x7E00
        : Double(value) == expected && value.sign == (bits & 0x8000 == 0 ? .plus : .minus)
          && HalfPrecision.bits(value) == bits
      if !isRight { wrong.append(bits) }
    }
    #expect(wrong.isEmpty, "first of \(wrong.count): \(wrong.first ?? 0)")
  }

  @Test func roundingIsToNearestAndTiesToEven() {
    var wrong: [UInt16] = []
    for bits in UInt16(0)..<0x7BFF {
      let middle = (HalfPrecision.float(bits) + HalfPrecision.float(bits + 1)) / 2
      let even = bits & 1 == 0 ? bits : bits + 1
      let isRight =
        HalfPrecision.bits(middle) == even && HalfPrecision.bits(middle.nextDown) == bits
        && HalfPrecision.bits(middle.nextUp) == bits + 1 && HalfPrecision.bits(-middle) == even | 0x8000
      if !isRight { wrong.append(bits) }
    }
    #expect(wrong.isEmpty, "first of \(wrong.count): \(wrong.first ?? 0)")
  }

  @Test func magnitudesBeyondTheLargestBecomeInfinity() {
    #expect(HalfPrecision.bits(65504) == 0x7BFF)
    #expect(HalfPrecision.bits(Float(65520).nextDown) == 0x7BFF)
    #expect(HalfPrecision.bits(65520) == 0x7C00)
    #expect(HalfPrecision.bits(-.greatestFiniteMagnitude) == 0xFC00)
    #expect(HalfPrecision.bits(.leastNonzeroMagnitude) == 0)
  }
}
