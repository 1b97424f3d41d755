import ArgumentParser
import FaceTracking
import Pipeline

/// `gurn probe`: what this machine can do, what was chosen, and why.
struct ProbeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "probe",
    abstract: "Shows the executors that this machine offers, measures them, and says which serves and why.")

  @Option(help: "The folder with the networks instead of the shipped ones.") var models: String?

  func run() throws {
    let networks = try FaceNetworks(folder: ResourceFolders.models(explicit: models))
    for line in try ExecutorProbe(networks: networks).lines { print(line) }
  }
}
