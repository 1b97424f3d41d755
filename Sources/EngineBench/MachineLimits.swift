import Glibc
import SIMDInference

/// What one core of this machine can do at most, measured in the same run as the networks.
package struct MachineLimits: Codable, Sendable {
  /// The instruction set that was measured.
  package var instructionSet: String
  /// Floating-point operations a second in registers (a multiply-add is two), in billions.
  package var gigaflops: Double
  /// Bytes a second of `memcpy` between buffers that no cache holds, read and written both counted, in billions.
  package var copyGigabytes: Double

  /// Measures; a tenth of a second or so.
  package init(_ set: InstructionSet = .best) {
    instructionSet = set.name
    gigaflops = set.multiplyAddsPerSecond() * 2 / 1e9
    copyGigabytes = Self.copyBytesPerSecond() / 1e9
  }

  private static func copyBytesPerSecond() -> Double {
    let size = 64 << 20
    let source = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 64)
    let target = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 64)
    defer {
      source.deallocate()
      target.deallocate()
    }
    memset(target, 2, size)
    var best = Double.infinity
    for round in 0..<5 {
      // What no compiler knows beforehand, and what is asked for afterwards: else it need not copy at all.
      memset(source, Int32(getpid() & 127) + Int32(round), size)
      let begin = Samples.now(CLOCK_MONOTONIC)
      memcpy(target, source, size)
      best = min(best, Samples.now(CLOCK_MONOTONIC) - begin)
      precondition(memcmp(source, target, size) == 0, "memcpy does not copy")
    }
    return Double(2 * size) / best
  }

  /// The least time, seconds, for that much arithmetic and that many bytes of weights and values (the roofline model,
  /// Williams, Waterman and Patterson 2009, DOI 10.1145/1498765.1498785).
  func leastSeconds(multiplyAdds: Int, bytes: Int) -> Double {
    max(2 * Double(multiplyAdds) / (gigaflops * 1e9), Double(bytes) / (copyGigabytes * 1e9))
  }
}
