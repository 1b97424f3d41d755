/// What a program on the network or `gurn ctl` asks of the daemon.
package enum ControlCommand: Equatable, Sendable {
  /// Measures the person; the kind names what, such as `neutral`.
  case calibrate(kind: String)
  /// Takes the head's present pose for straight ahead.
  case recentre
  /// Lets the face fade to neutral and tracks nothing, or goes on; nil changes from one to the other.
  case pause(Bool?)
  /// Begins a recording, under that name if one is given.
  case startRecording(name: String?)
  case stopRecording
  /// Exchanges left and right of what is sent, or no longer; nil changes from one to the other.
  case mirror(Bool?)
  /// Takes the profile of that name.
  case selectProfile(String)
  /// Sets a key of the configuration until the next reload, such as `filters.lids.beta`.
  case set(key: String, value: String)

  /// The command of an OSC message; nil for an address that is none, or arguments that do not fit.
  package init?(address: String, arguments: [OSCArgument]) {
    guard let known = Self.byAddress[address], let command = known(arguments) else { return nil }
    self = command
  }

  /// Whether an address is a command's, whatever its arguments.
  package static func isKnown(_ address: String) -> Bool { byAddress[address] != nil }

  /// The message that carries the command.
  package var message: (address: String, arguments: [OSCArgument]) {
    switch self {
    case .calibrate(let kind): ("/gurn/calibrate", [.string(kind)])
    case .recentre: ("/gurn/recentre", [])
    case .pause(let isOn): ("/gurn/pause", isOn.map { [.bool($0)] } ?? [])
    case .startRecording(let name): ("/gurn/record/start", name.map { [.string($0)] } ?? [])
    case .stopRecording: ("/gurn/record/stop", [])
    case .mirror(let isOn): ("/gurn/mirror", isOn.map { [.bool($0)] } ?? [])
    case .selectProfile(let name): ("/gurn/profile", [.string(name)])
    case .set(let key, let value): ("/gurn/set", [.string(key), .string(value)])
    }
  }

  private typealias Reading = @Sendable ([OSCArgument]) -> ControlCommand?

  private static let byAddress: [String: Reading] = [
    "/gurn/calibrate": { $0.optionalText { .calibrate(kind: $0 ?? "neutral") } },
    "/gurn/recentre": { _ in .recentre },
    "/gurn/recenter": { _ in .recentre },
    "/gurn/pause": { $0.optionalSwitch { .pause($0) } },
    "/gurn/resume": { _ in .pause(false) },
    "/gurn/record/start": { $0.optionalText { .startRecording(name: $0) } },
    "/gurn/record/stop": { _ in .stopRecording },
    "/gurn/mirror": { $0.optionalSwitch { .mirror($0) } },
    "/gurn/profile": { arguments in
      guard case .string(let name)? = arguments.first, arguments.count == 1, !name.isEmpty else { return nil }
      return .selectProfile(name)
    },
    "/gurn/set": { arguments in
      guard arguments.count == 2, case .string(let key) = arguments[0], let value = arguments[1].settingText else {
        return nil
      }
      return .set(key: key, value: value)
    },
    // What VMC, VRCFaceTracking's eye tracker and Babble already send to trackers.
    "/VMC/Ext/Set/Calib/Exec": { _ in .calibrate(kind: "neutral") },
    "/avatar/parameters/etvr_recalibrate": { $0.whenPressed(.calibrate(kind: "neutral")) },
    "/avatar/parameters/babble_recalibrate": { $0.whenPressed(.calibrate(kind: "neutral")) },
    "/avatar/parameters/etvr_recenter": { $0.whenPressed(.recentre) },
  ]
}

/// What became of a command, in words for its sender.
package enum ControlOutcome: Equatable, Sendable {
  case done(String)
  case refused(String)
}

extension [OSCArgument] {
  /// Nothing, or one text.
  fileprivate func optionalText(_ command: (String?) -> ControlCommand) -> ControlCommand? {
    if isEmpty { return command(nil) }
    guard count == 1, case .string(let text) = self[0], !text.isEmpty else { return nil }
    return command(text)
  }

  /// Nothing, or one that is on or off: a number, `T` or `F`.
  fileprivate func optionalSwitch(_ command: (Bool?) -> ControlCommand) -> ControlCommand? {
    if isEmpty { return command(nil) }
    guard count == 1, let isOn = self[0].switchValue else { return nil }
    return command(isOn)
  }

  /// A button's message counts when it goes down.
  fileprivate func whenPressed(_ command: ControlCommand) -> ControlCommand? {
    (first?.switchValue ?? true) ? command : nil
  }
}

extension OSCArgument {
  fileprivate var switchValue: Bool? {
    if case .bool(let value) = self { return value }
    return number.map { $0 > 0.5 }
  }

  /// The text that a configuration file would have.
  fileprivate var settingText: String? {
    switch self {
    case .string(let text): text
    case .bool(let value): value ? "true" : "false"
    case .int32(let value): String(value)
    case .int64(let value): String(value)
    case .float(let value): value.isFinite ? String(value) : nil
    case .double(let value): value.isFinite ? String(value) : nil
    case .other: nil
    }
  }
}
