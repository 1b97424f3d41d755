/// SipHash-2-4: a keyed hash that nobody without the key can foretell (Aumasson, Bernstein, "SipHash: a fast short-input PRF",
/// 2012).
struct SipHash {
  private let key: (UInt64, UInt64)

  /// With a key of its own from the system.
  init() {
    var source = SystemRandomNumberGenerator()
    self.init(key: (source.next(), source.next()))
  }

  init(key: (UInt64, UInt64)) { self.key = key }

  func hash(_ bytes: [UInt8]) -> UInt64 {
    var state = State(
      key.0 ^ 0x736f_6d65_7073_6575, key.1 ^ 0x646f_7261_6e64_6f6d, key.0 ^ 0x6c79_6765_6e65_7261,
      key.1 ^ 0x7465_6462_7974_6573)
    for start in stride(from: 0, through: bytes.count, by: 8) {
      let rest = bytes[start..<min(start + 8, bytes.count)]
      var word = rest.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      if rest.count < 8 { word |= UInt64(truncatingIfNeeded: bytes.count & 0xff) << 56 }
      state.take(word)
    }
    return state.finish()
  }

  private struct State {
    var a, b, c, d: UInt64

    init(_ a: UInt64, _ b: UInt64, _ c: UInt64, _ d: UInt64) { (self.a, self.b, self.c, self.d) = (a, b, c, d) }

    mutating func take(_ word: UInt64) {
      d ^= word
      round()
      round()
      a ^= word
    }

    mutating func finish() -> UInt64 {
      c ^= 0xff
      for _ in 0..<4 { round() }
      return a ^ b ^ c ^ d
    }

    private mutating func round() {
      func rotated(_ x: UInt64, _ bits: UInt64) -> UInt64 { x << bits | x >> (64 - bits) }
      a = a &+ b
      b = rotated(b, 13) ^ a
      a = rotated(a, 32)
      c = c &+ d
      d = rotated(d, 16) ^ c
      a = a &+ d
      d = rotated(d, 21) ^ a
      c = c &+ b
      b = rotated(b, 17) ^ c
      c = rotated(c, 32)
    }
  }
}
