/// The sets of networks that Gurn ships.
package enum NetworkSet: String, CaseIterable, Sendable {
  /// At most 30 million multiply-adds a tracked frame.
  case full
  /// At most 4 million, for small machines.
  case lite
}

/// Which set suits a machine, by what a tracked frame of the full one was measured to cost there.
package struct NetworkChoice: Sendable, CustomStringConvertible {
  /// What a tracked frame of the full set may cost, seconds: a fifth of a frame at 30 Hz.
  package static let fullSeconds = 1.0 / 30 / 5
  /// How long ``init(measuring:networks:)`` looks, seconds.
  private static let measuringSeconds = 0.03

  /// Seconds that a tracked frame of the full set takes.
  package let seconds: Double
  /// What ran it, such as `simd (avx512)`.
  package let executor: String

  /// A choice by a measurement that has been made.
  package init(seconds: Double, executor: String) {
    self.seconds = seconds
    self.executor = executor
  }

  /// Measures for some 30 ms, or one frame where that takes longer. `networks` are the full set, as `backend` runs them.
  package init(measuring backend: any InferenceBackend, networks: FaceNetworks) throws(FaceTrackingError) {
    let seconds = try BackendTiming.secondsPerFrame(backend, networks: networks, within: Self.measuringSeconds)
    self.init(seconds: seconds, executor: backend.name)
  }

  package var set: NetworkSet { seconds < Self.fullSeconds ? .full : .lite }

  package var description: String {
    "\(set): a tracked frame of the full set takes \(Self.milliseconds(seconds)) with \(executor), "
      + "\(set == .full ? "below" : "not below") \(Self.milliseconds(Self.fullSeconds))"
  }

  /// Such as `6.67 ms`.
  static func milliseconds(_ seconds: Double) -> String { "\((seconds * 1e5).rounded() / 100) ms" }
}
