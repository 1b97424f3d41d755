/// Makes sure that the sender of a request receives what is sent to its address, without remembering anybody.
///
/// The challenge is a keyed hash of host, port and time. It is told to the address in a message no larger than the request, so a
/// forged source gains nothing; who can repeat it hears there. It holds for ten to twenty seconds. Guessing is bounded: after 64
/// wrong answers in ten seconds none is taken until they are over.
struct AddressChallenge {
  private static let periodSeconds = 10.0
  private static let mostMistakes = 64

  private let hash = SipHash()
  private var period = 0
  private var mistakes = 0

  /// What the address is asked to repeat; `now` in seconds of CLOCK_MONOTONIC.
  func challenge(for address: ResolvedAddress, now: Double) -> Int32 {
    token(for: address, period: Int(now / Self.periodSeconds))
  }

  /// Whether the answer is the address's present challenge or the one before.
  mutating func accepts(_ answer: Int32, from address: ResolvedAddress, now: Double) -> Bool {
    let current = Int(now / Self.periodSeconds)
    if current != period { (period, mistakes) = (current, 0) }
    guard mistakes < Self.mostMistakes else { return false }
    if answer == token(for: address, period: current) || answer == token(for: address, period: current - 1) {
      return true
    }
    mistakes += 1
    return false
  }

  private func token(for address: ResolvedAddress, period: Int) -> Int32 {
    var bytes = address.hostBytes
    withUnsafeBytes(of: (UInt64(address.port), Int64(period))) { bytes.append(contentsOf: $0) }
    return Int32(truncatingIfNeeded: hash.hash(bytes))
  }
}
