import ArgumentParser
import Broadcast
import Foundation
import Settings

/// `gurn ctl`: tells the running daemon what to do, or asks how it is.
struct CtlCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ctl",
    abstract: "Commands the running daemon by its control port.",
    discussion: """
      status                  how the daemon is, as JSON
      ping                    whether it answers
      calibrate [KIND]        measures the person; neutral without a kind
      recentre                takes the head's present pose for straight ahead
      pause [on|off], resume  lets the face fade to neutral and tracks nothing, or goes on
      mirror [on|off]         exchanges left and right
      profile NAME            takes the profile of that name
      record start [NAME], record stop
      set KEY VALUE           a key of the configuration until the next reload

      Example: gurn ctl set filters.mouth.beta 2
      Status 0: done; 1: refused, or no daemon answers; 64: wrong arguments.
      """)

  @Argument(help: "What to do, with its arguments.") var action: [String]
  @Option(help: "The daemon's control port instead of the configuration's.") var port: Int?
  @Option(help: "The configuration file instead of ~/.config/gurn/gurn.yaml.") var config: String?

  /// How long the daemon may take to answer, seconds.
  private static let patienceSeconds = 3.0

  func validate() throws {
    if let port, !(1...65535).contains(port) { throw ValidationError("--port \(port): a port is 1 to 65535") }
    _ = try request()
  }

  func run() throws {
    let port = try port ?? Configuration.load(path: config).control.port
    guard port > 0 else {
      throw CommandFailure("control.port is 0 in the configuration: the daemon has no control port")
    }
    let (address, arguments) = try request()
    switch try ControlClient(port: port).ask(address, arguments, timeoutSeconds: Self.patienceSeconds) {
    case .refused, .silence:
      throw CommandFailure("no gurnd answers on control port \(port) of this host; does it run? (`gurnd`, or --port)")
    case .message("/gurn/fail", let words): throw CommandFailure(text(words.last))
    case .message("/gurn/status.reply", let words): print(pretty(text(words.last)))
    case .message("/gurn/pong", _): print("gurnd answers on port \(port)")
    case .message(_, let words): print(text(words.last))
    }
  }

  /// The message for the arguments.
  private func request() throws -> (String, [OSCArgument]) {
    let rest = Array(action.dropFirst())
    func atMost(_ count: Int) throws {
      guard rest.count <= count else { throw ValidationError("\(action[0]) takes no '\(rest[count])'") }
    }
    switch action.first ?? "" {
    case "status", "ping":
      try atMost(0)
      return ("/gurn/" + action[0], [])
    case "set":
      guard rest.count == 2 else { throw ValidationError("set needs a key and a value, such as filters.mouth.beta 2") }
      return ControlCommand.set(key: rest[0], value: rest[1]).message
    case "calibrate":
      try atMost(1)
      return ControlCommand.calibrate(kind: rest.first ?? "neutral").message
    case "recentre", "recenter":
      try atMost(0)
      return ControlCommand.recentre.message
    case "pause", "resume", "mirror": return try switched(rest)
    case "profile":
      guard rest.count == 1 else { throw ValidationError("profile needs a name") }
      return ControlCommand.selectProfile(rest[0]).message
    case "record": return try recording(rest)
    default: throw ValidationError("there is no '\(action.first ?? "")'; `gurn ctl --help` lists what there is")
    }
  }

  private func switched(_ rest: [String]) throws -> (String, [OSCArgument]) {
    guard rest.count <= (action[0] == "resume" ? 0 : 1), rest.allSatisfy({ ["on", "off"].contains($0) }) else {
      throw ValidationError("\(action[0]) takes \(action[0] == "resume" ? "nothing" : "on, off or nothing")")
    }
    if action[0] == "resume" { return ControlCommand.pause(false).message }
    let isOn = rest.first.map { $0 == "on" }
    return (action[0] == "pause" ? ControlCommand.pause(isOn) : .mirror(isOn)).message
  }

  private func recording(_ rest: [String]) throws -> (String, [OSCArgument]) {
    switch (rest.first, rest.count) {
    case ("start", 1...2): ControlCommand.startRecording(name: rest.count == 2 ? rest[1] : nil).message
    case ("stop", 1): ControlCommand.stopRecording.message
    default: throw ValidationError("record takes 'start', which may have a name, or 'stop'")
    }
  }

  private func text(_ argument: OSCArgument?) -> String {
    if case .string(let text)? = argument { return text }
    return argument.map { "\($0)" } ?? ""
  }

  private func pretty(_ json: String) -> String {
    guard let object = try? JSONSerialization.jsonObject(with: Data(json.utf8)),
      let data = try? JSONSerialization.data(
        withJSONObject: object, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
    else { return json }
    return String(decoding: data, as: UTF8.self)
  }
}
