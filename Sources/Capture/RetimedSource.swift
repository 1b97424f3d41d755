import FaceCore

/// A recording that plays faster or slower than it was taken. Used from one thread.
package final class RetimedSource: FrameSource {
  private let source: any FrameSource
  private let speed: Double

  /// - Parameter speed: seconds of the recording in a second, above 0.
  package init(_ source: any FrameSource, speed: Double) {
    precondition(speed > 0 && speed.isFinite, "a speed of \(speed); must be positive")
    self.source = source
    self.speed = speed
  }

  package var description: String { source.description }
  package var nominalRate: Double { source.nominalRate * speed }
  package var frameCount: Int? { source.frameCount }
  package var isLive: Bool { source.isLive }
  package var damagedFrames: Int { source.damagedFrames }

  package func next() throws(CaptureError) -> FrameRead {
    let read = try source.next()
    guard case .frame(var frame) = read else { return read }
    frame.time = CaptureTime(nanoseconds: Int64((Double(frame.time.nanoseconds) / speed).rounded()))
    return .frame(frame)
  }
}
