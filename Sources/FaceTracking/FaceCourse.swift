import FaceCore
import Foundation

/// Where a face is heading, to tell whose window it is when two faces meet.
///
/// Positions in frame pixels, speed in pixels a second, by capture time.
struct FaceCourse: Sendable {
  /// Over how long the speed is averaged, seconds.
  private static let memorySeconds: Float = 0.1
  /// For how long a face is expected to go on as it went, seconds.
  private static let horizonSeconds: Float = 1

  private var window: FaceWindow
  private var time: CaptureTime
  private var velocity = SIMD2<Float>.zero

  init(_ window: FaceWindow, at time: CaptureTime) {
    self.window = window
    self.time = time
  }

  /// Takes where the face is now.
  mutating func take(_ window: FaceWindow, at time: CaptureTime) {
    let elapsed = Float(time.seconds(since: self.time))
    guard elapsed > 0, elapsed <= Self.horizonSeconds else {
      self = FaceCourse(window, at: time)
      return
    }
    let share = elapsed / (elapsed + Self.memorySeconds)
    velocity += ((window.centre - self.window.centre) / elapsed - velocity) * share
    self.window = window
    self.time = time
  }

  /// Where the face should be at `time`.
  func expected(at time: CaptureTime) -> FaceWindow {
    var expected = window
    expected.centre += velocity * max(0, min(Self.horizonSeconds, Float(time.seconds(since: self.time))))
    return expected
  }

  /// How little a window suits this face: the distance from where it should be, in sides, and the change of size, as a
  /// logarithm.
  func strangeness(of other: FaceWindow, at time: CaptureTime) -> Float {
    let expected = expected(at: time)
    let offset = other.centre - expected.centre
    return (offset * offset).sum().squareRoot() / max(1, expected.side) + abs(log(other.side / expected.side))
  }
}
