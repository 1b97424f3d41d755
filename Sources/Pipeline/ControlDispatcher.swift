import Broadcast

/// Hands each command of the control port to what can do it; what nobody does is answered so.
///
/// A handler is called on the control port's thread. What it throws is told to the sender in the error's own words.
package struct ControlDispatcher: Sendable {
  /// Begins to measure the person; the kind names what.
  package var startCalibration: (@Sendable (_ kind: String) throws -> Void)?
  /// Takes the head's present pose for straight ahead.
  package var recentre: (@Sendable () throws -> Void)?
  /// Pauses, goes on, or changes from one to the other at nil; returns whether it is paused now.
  package var pause: (@Sendable (Bool?) throws -> Bool)?
  /// Begins a recording; returns its path.
  package var startRecording: (@Sendable (_ name: String?) throws -> String)?
  /// Ends the recording; returns its path.
  package var stopRecording: (@Sendable () throws -> String)?
  /// Exchanges left and right or no longer, or changes at nil; returns whether they are exchanged now.
  package var setMirror: (@Sendable (Bool?) throws -> Bool)?
  /// Takes the profile of that name.
  package var selectProfile: (@Sendable (_ name: String) throws -> Void)?
  /// Sets a key of the configuration.
  package var set: (@Sendable (_ key: String, _ value: String) throws -> Void)?

  package init() {}

  /// Does what is asked.
  package func perform(_ command: ControlCommand) -> ControlOutcome {
    do {
      guard let done = try run(command) else { return .refused("not available in this version of gurnd") }
      return .done(done)
    } catch {
      return .refused("\(error)")
    }
  }

  /// What was done, in words; nil without a handler.
  private func run(_ command: ControlCommand) throws -> String? {
    switch command {
    case .calibrate(let kind): try startCalibration.map { try $0(kind) }.map { "calibrating \(kind)" }
    case .recentre: try recentre.map { try $0() }.map { "recentred" }
    case .pause(let isOn): try pause.map { try $0(isOn) ? "paused" : "running" }
    case .startRecording(let name): try startRecording.map { "recording to " + (try $0(name)) }
    case .stopRecording: try stopRecording.map { "recorded to " + (try $0()) }
    case .mirror(let isOn): try setMirror.map { try $0(isOn) ? "mirrored" : "not mirrored" }
    case .selectProfile(let name): try selectProfile.map { try $0(name) }.map { "profile \(name)" }
    case .set(let key, let value): try set.map { try $0(key, value) }.map { "\(key) is \(value)" }
    }
  }
}
