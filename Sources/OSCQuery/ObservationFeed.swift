import Broadcast
import Dispatch
import FaceCore
import Synchronization

/// Hands the newest observations, one of each face, from the tracking thread to whoever serves it: a slot of one, the newest wins.
///
/// It outlives servers and pipelines, which come and go with the configuration.
package final class ObservationFeed: Sendable {
  private struct State {
    /// By the face's number.
    var frames: [BroadcastFrame]
    var isAwaited = false
    var isSignalled = false
  }

  private let state: Mutex<State>
  private let arrival = DispatchSemaphore(value: 0)

  package init() {
    let nothing = FaceObservation.absent(at: CaptureTime(nanoseconds: 0))
    let frames = (0..<FaceNumber.most).map {
      BroadcastFrame(observation: nothing, ageSeconds: 0, seconds: 0, face: $0)
    }
    state = Mutex(State(frames: frames))
  }

  /// Takes what was just sent. For the tracking thread: waits for nobody, allocates nothing, and wakes a thread only while
  /// somebody listens.
  /// - Parameters:
  ///   - faces: by number, at most ``FaceNumber/most``.
  ///   - ageSeconds: the time between the frame's capture and its sending.
  package func publish(_ faces: [FaceObservation], ageSeconds: Double) {
    let wakes = state.withLock { state in
      for face in faces.indices {
        state.frames[face].observation = faces[face]
        state.frames[face].ageSeconds = ageSeconds
      }
      guard state.isAwaited && !state.isSignalled else { return false }
      state.isSignalled = true
      return true
    }
    if wakes { arrival.signal() }
  }

  /// What was published last of a face; before that nothing.
  func latest(_ face: Int) -> BroadcastFrame { state.withLock { $0.frames[face] } }

  /// Whether somebody listens to every observation. Any thread.
  package var isAwaited: Bool { state.withLock { $0.isAwaited } }

  /// Whether a new observation ends ``wait()``.
  func setAwaited(_ isAwaited: Bool) { state.withLock { $0.isAwaited = isAwaited } }

  /// Waits for an observation or ``interrupt()``. For one thread at a time.
  func wait() {
    arrival.wait()
    state.withLock { $0.isSignalled = false }
  }

  /// Ends one ``wait()``, now or the next.
  func interrupt() { arrival.signal() }
}
