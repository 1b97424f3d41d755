import ArgumentParser
import Foundation
import Pipeline

/// The tool beside the daemon.
@main
struct Gurn: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gurn",
    abstract: "Tracks a face and broadcasts it over OSC: demo, measurements, training data.",
    discussion: "The daemon itself is gurnd. `gurn help COMMAND` explains a command.",
    version: "0.1.0",
    subcommands: [
      DemoCommand.self, TrackCommand.self, MonitorCommand.self, DevicesCommand.self, ProbeCommand.self,
      ModelCommand.self, GenerateCommand.self, AccuracyCommand.self, BenchCommand.self, TuneCommand.self,
      CalibrateCommand.self, TeachCommand.self, RecordCommand.self, ReplayCommand.self, VerifyCommand.self,
      CtlCommand.self,
    ])

  /// Runs the command. An error ends the process without destructors, for a driver may still be compiling.
  static func main() async {
    do {
      var command = try parseAsRoot()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch {
      let (code, text) = (exitCode(for: error), fullMessage(for: error))
      if !text.isEmpty {
        let output = code.isSuccess ? FileHandle.standardOutput : FileHandle.standardError
        try? output.write(contentsOf: Data((text + "\n").utf8))
      }
      endProcess(status: code.rawValue)
    }
  }
}
