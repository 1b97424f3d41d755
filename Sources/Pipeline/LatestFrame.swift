import FaceCore
import Foundation
import NeuralGraph
import Synchronization

/// A slot of one frame between the capture thread and the tracking thread: the newest wins, video is never queued.
///
/// Three pictures go round (one being written, one waiting, one being read), so neither thread waits for the other's copy and
/// nothing is allocated after the first frames.
package final class LatestFrame: @unchecked Sendable {
  private let orientation: FrameOrientation
  // Guarded by `condition`; `writing` belongs to the capture thread, `reading` to the tracking thread.
  private let condition = MonotonicCondition()
  private var writing = LumaImage()
  private var waiting = LumaImage()
  private var reading = LumaImage()
  private var isFull = false
  private var isClosed = false
  private var dropped = 0
  private let borrows = Atomic(false)

  /// `orientation` is how every frame is turned when it is copied.
  package init(orientation: FrameOrientation = .init()) { self.orientation = orientation }

  /// Frames that a newer one replaced before they were read.
  package var droppedFrames: Int { condition.withLock { dropped } }

  /// Whether frames turn on their way, which takes a copy.
  package var isTurning: Bool { orientation != FrameOrientation() }

  /// Whether frames should come in their camera's buffers. Any thread.
  package var takesBuffers: Bool {
    get { borrows.load(ordering: .relaxed) }
    set { borrows.store(newValue && !isTurning, ordering: .relaxed) }
  }

  /// Offers a frame (capture thread).
  package func publish(_ plane: LumaPlane, at time: CaptureTime) {
    writing.copy(plane, at: time, orientation: orientation)
    offer()
  }

  /// Offers a frame in its camera's buffer, which goes back when the frame was read, or a newer one replaces it (capture thread).
  package func publish(_ buffer: CameraBuffer, at time: CaptureTime) {
    precondition(!isTurning, "a frame that is to be turned has to be copied")
    writing.borrow(buffer, at: time)
    offer()
  }

  private func offer() {
    condition.withLock {
      swap(&writing, &waiting)
      if isFull { dropped += 1 }
      isFull = true
      condition.signal()
    }
    writing.release()
  }

  /// No frame will follow: a waiting `take` returns nil once the slot is empty.
  package func close() {
    condition.withLock {
      isClosed = true
      condition.broadcast()
    }
  }

  /// What came of waiting for a frame.
  package enum Arrival: Sendable {
    case frame, timeout, closed
  }

  /// Waits for the next frame (tracking thread); it is then lent by ``withFrame(_:)`` until the next call.
  package func take(timeoutSeconds: Double) -> Arrival {
    condition.lock()
    defer { condition.unlock() }
    let limit = LivePipeline.now() + timeoutSeconds
    while !isFull {
      if isClosed { return .closed }
      if !condition.wait(untilMonotonic: limit), !isFull { return isClosed ? .closed : .timeout }
    }
    isFull = false
    swap(&waiting, &reading)
    return .frame
  }

  /// Lends the frame taken last (tracking thread), and then gives its camera the buffer back if it lies in one.
  package func withFrame<Result>(_ body: (inout LumaImage) throws -> Result) rethrows -> Result {
    defer { reading.release() }
    return try body(&reading)
  }
}
