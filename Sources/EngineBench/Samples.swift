import Glibc

/// Times of one piece of work, in seconds: wall time and the thread's own CPU time, which other programs do not touch.
package struct Samples: Sendable {
  private(set) var wall: [Double] = []
  private(set) var cpu: [Double] = []

  /// No times yet.
  package init() {}

  /// Takes one run's times.
  mutating func add(wall: Double, cpu: Double) {
    self.wall.append(wall)
    self.cpu.append(cpu)
  }

  /// Runs `body` once and takes its times.
  mutating func measure<Failure: Error>(_ body: () throws(Failure) -> Void) throws(Failure) {
    let (wallBegin, cpuBegin) = (Self.now(CLOCK_MONOTONIC), Self.now(CLOCK_THREAD_CPUTIME_ID))
    try body()
    let (wallEnd, cpuEnd) = (Self.now(CLOCK_MONOTONIC), Self.now(CLOCK_THREAD_CPUTIME_ID))
    add(wall: wallEnd - wallBegin, cpu: cpuEnd - cpuBegin)
  }

  /// The median of the wall times.
  package var median: Double { Self.quantile(wall, 0.5) }
  /// The wall time that one run in a hundred exceeds.
  package var slowest: Double { Self.quantile(wall, 0.99) }
  /// The median of the CPU times.
  package var cpuMedian: Double { Self.quantile(cpu, 0.5) }

  /// The value below which `part` (0…1) of the values lie; NaN where there are none.
  static func quantile(_ values: [Double], _ part: Double) -> Double {
    guard !values.isEmpty else { return .nan }
    let sorted = values.sorted()
    return sorted[min(sorted.count - 1, Int(Double(sorted.count) * part))]
  }

  /// A clock of the system, in seconds.
  static func now(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
