import RigMapping
import Synchronization

/// Requests to the personal stage from any thread, taken by the tracking thread before its next frame.
final class PersonalCommands: Sendable {
  enum Command: Sendable {
    case configure(PersonalStage.Configuration)
    case calibrate(Calibration)
    case teach(TriggerLibrary)
    case capture(CalibrationCapture.Kind, seconds: Double?)
    case cancel
    case recenter
    case mirror(Bool)
    case profile(RigProfile?)
  }

  private let waiting = Mutex<[Command]>([])

  func add(_ command: Command) { waiting.withLock { $0.append(command) } }

  /// Everything since the last call, in its order.
  func take() -> [Command] {
    waiting.withLock { commands in
      if commands.isEmpty { return [] }
      defer { commands.removeAll() }
      return commands
    }
  }
}
