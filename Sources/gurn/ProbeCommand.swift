import ArgumentParser
import Capture
import FaceTracking
import Pipeline
import Settings

/// `gurn probe`: what this machine can do, what was chosen, and why.
struct ProbeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "probe",
    abstract: "Shows the executors that this machine offers, measures them, and says what serves and why.")

  @Option(help: "The folder with the sets of networks, or one set, instead of the shipped ones.") var models: String?
  @Option(help: "Only tries whether shaders can read this camera's frames without a copy.") var camera: String?

  func run() throws {
    if let camera { return try run(camera: camera) }
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

  /// Opens the camera as the configuration asks, and has shaders read its first frames where they lie.
  private func run(camera name: String) throws {
    let source = CameraSource(name: name, request: CameraRequest(try Configuration.load(path: nil).source))
    source.lend(true)
    let trial = try FrameImportTrial()
    print("renderer: \(trial.renderer)")
    var read = 0
    while read < FrameImportTrial.frames {
      switch source.next() {
      case .late: continue
      case .waiting(let reason): throw CaptureError.unreadable(path: name, reason: reason)
      case .end: return
      case .frame(let frame):
        if read == 0 { print("camera: \(source.description), \(frame.width)×\(frame.height)") }
        guard let buffer = frame.buffer else {
          return print("frames: copied, for \(source.lendingProblem ?? "the camera does not lend them")")
        }
        guard trial.take(buffer) else { return print("frames: \(trial.state)") }
        read += 1
      }
    }
    print("frames: read in the camera's buffers, by dma-buf; in \(read) frames shaders saw what the CPU sees")
  }
}
