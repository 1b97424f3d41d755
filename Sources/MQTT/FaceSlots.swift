import FaceCore
import Synchronization

/// The newest frame of each face: what the frame path leaves here waits for nobody, and is replaced by what comes after it.
final class FaceSlots: Sendable {
  /// Faces that are told apart; more are left out.
  static let count = 4

  /// A frame that waits.
  struct Waiting: Sendable {
    var face: FaceObservation
    /// When the frame was captured, by CLOCK_MONOTONIC, seconds.
    var captured: Double
  }

  private struct State: Sendable {
    var slots: InlineArray<4, Waiting>
    /// Which slots hold a frame that was not taken yet.
    var fresh: UInt8 = 0
    var replaced = 0
  }

  private let state: Mutex<State>

  init() {
    let nothing = Waiting(face: .absent(at: CaptureTime(nanoseconds: 0)), captured: 0)
    state = Mutex(State(slots: InlineArray(repeating: nothing)))
  }

  /// Leaves a frame. Any thread; allocates nothing.
  /// - Parameter captured: when it was captured, by CLOCK_MONOTONIC, seconds.
  /// - Returns: whether nothing was waiting before, so that whoever takes has to be woken.
  func put(_ observation: FaceObservation, captured: Double, face: Int) -> Bool {
    guard (0..<Self.count).contains(face) else { return false }
    return state.withLock { state in
      let wasEmpty = state.fresh == 0
      if state.fresh & 1 << face != 0 { state.replaced += 1 }
      state.slots[face] = Waiting(face: observation, captured: captured)
      state.fresh |= 1 << face
      return wasEmpty
    }
  }

  /// Takes the frame of a face, nil where none is new.
  func take(_ face: Int) -> Waiting? {
    state.withLock { state in
      guard state.fresh & 1 << face != 0 else { return nil }
      state.fresh &= ~(1 << face)
      return state.slots[face]
    }
  }

  var isEmpty: Bool { state.withLock { $0.fresh == 0 } }

  /// How many frames were replaced before anybody took them.
  var replaced: Int { state.withLock { $0.replaced } }
}
