import ArgumentParser
import FaceTracking
import Pipeline

/// `gurn probe`: what this machine can do, what was chosen, and why.
struct ProbeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "probe",
    abstract: "Shows the executors that this machine offers, measures them, and says what serves and why.")

  @Option(help: "The folder with the sets of networks, or one set, instead of the shipped ones.") var models: String?

  func run() throws {
    let folder = try NetworkFolder(explicit: models)
    let set = folder.sets.first ?? .full
    let probe = try ExecutorProbe(networks: FaceNetworks(folder: folder.path(of: set)))
    for line in probe.lines { print(line) }
    print("\nNETWORKS")
    if folder.isSet {
      print("those in \(folder.path)")
    } else if folder.sets.count == 1 {
      print("\(set), for there is no other set in \(folder.path)")
    } else {
      print("chosen: \(probe.chosen)")
      if probe.cpu.set != probe.chosen.set {
        print("with executor auto gurnd takes \(probe.cpu.set), for the CPU serves until shaders are compiled")
      }
    }
  }
}
