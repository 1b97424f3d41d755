import FaceCore

/// What became of a camera's frames, and their times.
package struct FrameAccount: Equatable, Sendable {
  /// Frames handed on.
  package private(set) var delivered = 0
  /// Frames that the driver dropped: gaps in its sequence numbers.
  package private(set) var missed = 0
  /// Frames that came damaged: flagged by the driver, too short, or not to be decoded.
  package private(set) var damaged = 0

  /// A stamp further from now than this is the driver's mistake.
  private static let tolerance = 1.0

  private var sequence: UInt32?
  private var last: CaptureTime?

  /// Counts what is missing before a frame of that sequence number, which wraps after 2³²−1.
  mutating func arrived(sequence next: UInt32) {
    defer { sequence = next }
    guard let sequence else { return }
    let gap = next &- sequence &- 1
    // A number that stood still or went back is a driver that starts over, not four thousand million lost frames.
    if gap < 1 << 31 { missed += Int(gap) }
  }

  mutating func wasDamaged() { damaged += 1 }

  mutating func wasDelivered() { delivered += 1 }

  /// When a frame was captured: the driver's stamp of the monotonic clock, or `now` where there is none or it can't be true.
  /// Times always rise.
  mutating func time(stamp: CaptureTime?, now: CaptureTime) -> CaptureTime {
    var time = now
    if let stamp, abs(now.seconds(since: stamp)) <= Self.tolerance { time = stamp }
    if let last, time <= last { time = CaptureTime(nanoseconds: last.nanoseconds + 1) }
    last = time
    return time
  }

  /// The counts of both.
  static func + (a: FrameAccount, b: FrameAccount) -> FrameAccount {
    var sum = FrameAccount()
    sum.delivered = a.delivered + b.delivered
    sum.missed = a.missed + b.missed
    sum.damaged = a.damaged + b.damaged
    return sum
  }
}
