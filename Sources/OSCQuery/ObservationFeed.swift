import Broadcast
import Dispatch
import FaceCore
import Synchronization

/// Hands the newest observation from the tracking thread to whoever serves it: a slot of one, the newest wins.
///
/// It outlives servers and pipelines, which come and go with the configuration.
package final class ObservationFeed: Sendable {
  private struct State {
    var frame: BroadcastFrame
    var isAwaited = false
    var isSignalled = false
  }

  private let state: Mutex<State>
  private let arrival = DispatchSemaphore(value: 0)

  package init() {
    let nothing = FaceObservation.absent(at: CaptureTime(nanoseconds: 0))
    state = Mutex(State(frame: BroadcastFrame(observation: nothing, ageSeconds: 0, seconds: 0)))
  }

  /// Takes what was just sent. For the tracking thread: waits for nobody, allocates nothing, and wakes a thread only while
  /// somebody listens.
  /// - Parameter ageSeconds: the time between the frame's capture and its sending.
  package func publish(_ observation: FaceObservation, ageSeconds: Double) {
    let wakes = state.withLock { state in
      state.frame = BroadcastFrame(observation: observation, ageSeconds: ageSeconds, seconds: 0)
      guard state.isAwaited && !state.isSignalled else { return false }
      state.isSignalled = true
      return true
    }
    if wakes { arrival.signal() }
  }

  /// What was published last; before that no face.
  var latest: BroadcastFrame { state.withLock { $0.frame } }

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
