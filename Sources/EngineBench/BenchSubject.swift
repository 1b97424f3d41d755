import CAllocationCount

/// One row in the making: work that is repeated in turns with the others', so that noise hits all alike.
final class BenchSubject {
  let network: String
  let executor: String
  let multiplyAdds: Int
  let memoryBytes: Int
  let passes: Int?
  /// The names of the peer's networks that do the same, in the ways that it may do it; empty without a peer.
  var peerNames: [[String]] = []
  var worstDifference = 0.0
  private let body: () throws -> Void
  private var samples = Samples()
  private var peerSamples = Samples()
  private var allocations: UInt = 0
  /// Runs a turn: as many as take some ten milliseconds.
  private(set) var runsATurn = 1

  init(
    network: String, executor: String, multiplyAdds: Int, memoryBytes: Int, passes: Int? = nil,
    body: @escaping () throws -> Void
  ) {
    self.network = network
    self.executor = executor
    self.multiplyAdds = multiplyAdds
    self.memoryBytes = memoryBytes
    self.passes = passes
    self.body = body
  }

  /// Runs until everything is allocated and compiled, and sees how long a run takes.
  func warmUp(_ peer: PeerProcess?) throws {
    var trial = Samples()
    for _ in 0..<4 { try trial.measure(body) }
    runsATurn = max(1, min(50, Int(0.01 / max(trial.cpuMedian, 1e-6))))
    guard let peer, !peerNames.isEmpty else { return }
    var times: [(seconds: Double, names: [String])] = []
    for names in peerNames {
      var trial = Samples()
      try peer.run(names, count: 30, into: &trial)
      times.append((trial.cpuMedian, names))
    }
    // Its best way of doing it.
    if let best = times.min(by: { $0.seconds < $1.seconds }) { peerNames = [best.names] }
  }

  /// One turn, ours and the peer's.
  func turn(_ peer: PeerProcess?) throws {
    for _ in 0..<runsATurn { try samples.measure(body) }
    if let peer, let names = peerNames.first { try peer.run(names, count: runsATurn, into: &peerSamples) }
  }

  /// The most allocations of one run, over some runs.
  func countAllocations(runs: Int = 20) throws {
    for _ in 0..<runs {
      let before = gurn_allocations()
      try body()
      allocations = max(allocations, gurn_allocations() - before)
    }
  }

  func row(_ limits: MachineLimits) -> BenchReport.Row {
    let least = limits.leastSeconds(multiplyAdds: multiplyAdds, bytes: memoryBytes)
    return BenchReport.Row(
      network: network, executor: executor, milliseconds: samples.median * 1000,
      milliseconds99: samples.slowest * 1000, cpuMilliseconds: samples.cpuMedian * 1000, passes: passes,
      multiplyAdds: multiplyAdds, gigaflops: 2 * Double(multiplyAdds) / samples.cpuMedian / 1e9,
      shareOfLimit: passes == nil ? least / samples.cpuMedian : nil, memoryMebibytes: Double(memoryBytes) / 1_048_576,
      allocations: Double(allocations),
      peer: peerNames.isEmpty
        ? nil
        : BenchReport.Peer(
          milliseconds: peerSamples.median * 1000, cpuMilliseconds: peerSamples.cpuMedian * 1000,
          ratio: samples.median / peerSamples.median, cpuRatio: samples.cpuMedian / peerSamples.cpuMedian,
          worstDifference: worstDifference))
  }
}
