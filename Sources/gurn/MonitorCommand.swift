import ArgumentParser
import Broadcast
import Foundation
import Synchronization

/// `gurn monitor`: listens on a port and shows what arrives, whatever the schema.
struct MonitorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "monitor",
    abstract: "Listens on a UDP port and shows the OSC messages that arrive, of any schema.",
    discussion:
      "In a terminal it shows one row an address with the newest values and the rate, q ends it; elsewhere it prints every message."
  )

  @Option(help: "The UDP port to listen on.") var port = 39539
  @Option(help: "Ends after that many seconds.") var seconds: Double?
  @Flag(help: "Prints every message as a line, also in a terminal.") var raw = false

  func validate() throws {
    guard (1...65535).contains(port) else { throw ValidationError("--port \(port): a port is 1 to 65535") }
    if let seconds, !(seconds > 0 && seconds <= 1e9) {
      throw ValidationError("--seconds \(seconds): must be above 0 and at most 1e9")
    }
  }

  func run() async throws {
    let table = Mutex(ArrivalTable())
    let prints = raw || !Terminal.isInteractive
    let receiver = try OSCReceiver(port: port) { address, arguments in
      let texts = arguments.map(Self.text)
      if prints {
        FileHandle.standardOutput.write(Data("\(address) \(texts.joined(separator: " "))\n".utf8))
      } else {
        var name: String?
        if case .string(let first)? = arguments.first { name = first }
        table.withLock { $0.add(address: address, arguments: texts, leadingString: name) }
      }
    }
    defer { withExtendedLifetime(receiver) {} }
    if prints { return try await Self.waitForEnd(seconds: seconds) }
    try await show(table)
  }

  private func show(_ table: borrowing Mutex<ArrivalTable>) async throws {
    let stop = StopSignals()
    let terminal = Terminal()
    defer { terminal.restore() }
    let clock = ContinuousClock()
    let start = clock.now
    while terminal.key() != "q", !stop.isRaised {
      let elapsed = (clock.now - start) / .seconds(1)
      if let seconds, elapsed >= seconds { return }
      let (columns, rows) = Terminal.size
      let lines = table.withLock { table in
        table.measure(at: elapsed)
        return ["\u{1b}[1mport \(port)\u{1b}[0m  \(table.messages) messages  q ends", ""]
          + table.lines(limit: rows - 3, columns: columns)
      }
      terminal.draw(lines)
      try await Task.sleep(for: .milliseconds(250))
    }
  }

  /// Waits until the time is over, or for ever.
  private static func waitForEnd(seconds: Double?) async throws {
    try await Task.sleep(for: .seconds(seconds ?? 1e9))
  }

  private static func text(_ argument: OSCArgument) -> String {
    if let number = argument.number { return String(format: "%.4g", number) }
    if case .string(let text) = argument { return text }
    return "\(argument)"
  }
}
