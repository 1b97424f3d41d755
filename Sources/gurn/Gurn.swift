import ArgumentParser

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
}
