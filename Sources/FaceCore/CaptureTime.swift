/// The moment a frame was captured, in nanoseconds of the source's monotonic clock (CLOCK_MONOTONIC for cameras, the
/// clip's own time from its start for files).
package struct CaptureTime: Comparable, Hashable, Sendable {
  package var nanoseconds: Int64

  package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }
  package init(seconds: Double) { nanoseconds = Int64((seconds * 1e9).rounded()) }

  package var seconds: Double { Double(nanoseconds) * 1e-9 }

  /// Seconds from `earlier` to this moment; negative when it lies before.
  package func seconds(since earlier: CaptureTime) -> Double { Double(nanoseconds - earlier.nanoseconds) * 1e-9 }

  package static func < (a: CaptureTime, b: CaptureTime) -> Bool { a.nanoseconds < b.nanoseconds }
}
