import Foundation

/// The algorithm of the paper (Casiez, Roussel, Vogel 2012, algorithm 1, speed against the filtered value) written down a
/// second time, plainly and in Double, to make vectors for the filter under test.
struct PublishedOneEuro {
  let minCutoff: Double
  let beta: Double
  let derivativeCutoff: Double

  func filter(_ samples: [(time: Double, value: Double)]) -> [Double] {
    var out: [Double] = []
    var derivative = 0.0
    for (index, sample) in samples.enumerated() {
      guard index > 0 else {
        out.append(sample.value)
        continue
      }
      let period = sample.time - samples[index - 1].time
      let previous = out[index - 1]
      let rate = (sample.value - previous) / period
      let a = alpha(derivativeCutoff, period)
      derivative = a * rate + (1 - a) * derivative
      let b = alpha(minCutoff + beta * abs(derivative), period)
      out.append(b * sample.value + (1 - b) * previous)
    }
    return out
  }

  private func alpha(_ cutoff: Double, _ period: Double) -> Double {
    let tau = 1 / (2 * Double.pi * cutoff)
    return 1 / (1 + tau / period)
  }
}

/// A small generator of noise that is the same on every machine (Steele et al., SplitMix64).
struct SplitMix64 {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Uniform in 0..<1.
  mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// Nearly normal, mean 0, standard deviation 1: the sum of twelve uniform values.
  mutating func normal() -> Double { (0..<12).reduce(-6.0) { sum, _ in sum + unit() } }
}
