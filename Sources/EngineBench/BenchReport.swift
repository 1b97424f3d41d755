/// The table of `gurn bench`.
package struct BenchReport: Codable, Sendable {
  /// One network, or a whole frame, on one executor.
  package struct Row: Codable, Sendable {
    /// `window`, `eye ×2`, …; `frame` is all networks of a tracked frame, `frame with crops` from the frame's luma on.
    package var network: String
    package var executor: String
    /// Wall time of one run.
    package var milliseconds: Double
    package var milliseconds99: Double
    /// The thread's CPU time of one run.
    package var cpuMilliseconds: Double
    /// Draws; nil on the CPU.
    package var passes: Int?
    package var multiplyAdds: Int
    /// Floating-point operations a second of CPU time (a multiply-add is two), in billions.
    package var gigaflops: Double
    /// The least time that the machine's limits allow, over the CPU time; nil in shaders.
    package var shareOfLimit: Double?
    package var memoryMebibytes: Double
    /// The heap's allocations of one run; in shaders with those of the driver.
    package var allocations: Double
    package var peer: Peer?
  }

  /// The same work done by another runtime in the same run, in turns.
  package struct Peer: Codable, Sendable {
    package var milliseconds: Double
    package var cpuMilliseconds: Double
    /// Our time over the peer's: below 1 ours is faster.
    package var ratio: Double
    /// The same of CPU times, which other programs on the machine do not touch.
    package var cpuRatio: Double
    /// The largest difference of the outputs, on one input.
    package var worstDifference: Double
  }

  /// One layer on the CPU beside the peer's.
  package struct Layer: Codable, Sendable {
    package var network: String
    package var name: String
    package var multiplyAdds: Int
    package var microseconds: Double
    package var peerMicroseconds: Double?
  }

  /// From the start of the process to the outputs of the first frame.
  package struct Start: Codable, Sendable {
    package var executor: String
    package var coldSeconds: Double
    package var warmSeconds: Double
  }

  package var set: String
  package var limits: MachineLimits
  package var renderer: String?
  package var peer: String?
  package var rows: [Row]
  package var layers: [Layer]
  package var starts: [Start]
  /// What could not be measured, and why.
  package var notes: [String]
}
