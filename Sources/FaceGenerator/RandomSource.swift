import Foundation

/// A seeded random source: the same seed gives the same values on every machine.
///
/// xoshiro256** seeded by SplitMix64 (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2021,
/// doi:10.1145/3460772).
package struct RandomSource: RandomNumberGenerator, Sendable {
  private var state: SIMD4<UInt64>
  private var spareNormal: Float?

  /// The source of one sample: independent streams for every `index` of a `seed`.
  package init(seed: UInt64, index: UInt64 = 0) {
    var mix = seed &* 0x9E37_79B9_7F4A_7C15 ^ (index &+ 1) &* 0xD1B5_4A32_D192_ED03
    func next() -> UInt64 {
      mix &+= 0x9E37_79B9_7F4A_7C15
      var z = mix
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
    state = SIMD4(next(), next(), next(), next())
  }

  package mutating func next() -> UInt64 {
    let product = state.y &* 5
    let result = ((product << 7) | (product >> 57)) &* 9
    let shifted = state.y << 17
    state.z ^= state.x
    state.w ^= state.y
    state.y ^= state.z
    state.x ^= state.w
    state.z ^= shifted
    state.w = (state.w << 45) | (state.w >> 19)
    return result
  }

  /// Uniform in 0..<1.
  package mutating func unit() -> Float { Float(next() >> 40) * 0x1p-24 }

  /// Uniform in `low..<high`.
  package mutating func uniform(_ low: Float, _ high: Float) -> Float { low + (high - low) * unit() }

  /// True with probability `p`.
  package mutating func chance(_ p: Float) -> Bool { unit() < p }

  /// Uniform in `0..<count`.
  package mutating func below(_ count: Int) -> Int { Int(next() % UInt64(count)) }

  /// One element of a non-empty list.
  package mutating func pick<T>(_ list: [T]) -> T { list[below(list.count)] }

  /// Normally distributed (Marsaglia's polar method).
  package mutating func normal(_ mean: Float = 0, _ deviation: Float = 1) -> Float {
    if let spare = spareNormal {
      spareNormal = nil
      return mean + deviation * spare
    }
    while true {
      let a = uniform(-1, 1)
      let b = uniform(-1, 1)
      let s = a * a + b * b
      guard s < 1, s > 1e-12 else { continue }
      let scale = (-2 * log(s) / s).squareRoot()
      spareNormal = b * scale
      return mean + deviation * a * scale
    }
  }

  /// Normally distributed, limited to `mean ± limit`.
  package mutating func normal(_ mean: Float, _ deviation: Float, limit: Float) -> Float {
    mean + max(-limit, min(limit, normal(0, deviation)))
  }
}
