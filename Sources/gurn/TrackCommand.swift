import ArgumentParser
import Capture
import FaceCore
import FaceTracking
import Foundation
import NeuralGraph
import Pipeline
import Recording
import Settings

/// `gurn track CLIP --csv OUT`: the pipeline at clip time, as fast as it goes, one row a frame.
struct TrackCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "track",
    abstract: "Tracks a video file as fast as it goes and writes one CSV row a frame.",
    discussion: """
      Columns: t (seconds from the clip's start), present, confidence, yaw, pitch, roll (degrees; yaw > 0 to the subject's left, \
      pitch > 0 up, roll > 0 counter-clockwise in the image), box_x, box_y, box_w, box_h (pixels), proc_ms (time of tracking and \
      filters, with --timings only), and the 52 ARKit blendshapes. Fields of a face that isn't there are empty. Two runs on one \
      clip with one executor give the same bytes, without --timings.

      With --faces N up to N faces are followed. Face 0 is written as ever; face 1 beside it as OUT.face1.csv (the number before \
      the ending) and so on, in the same columns, with a row for every frame. A face keeps its number while it is there, and for \
      10 s afterwards if it comes back near where it left; a new one takes the lowest free number.
      """)

  @Argument(help: "A video file.") var clip: String
  @Option(help: "The CSV file to write.") var csv: String
  @Option(help: "How many faces are followed, 1 to 4; each further one is written to a file of its own.")
  var faces = 1
  @Flag(help: "Writes what the networks say, without filters and calibration.") var noFilters = false
  @Flag(help: "Fills the column proc_ms, which differs from run to run.") var timings = false
  @Option(
    help: """
      A calibration file, auto for the one that is saved for the configured camera, or none. Without this option none, so that a \
      recording is read alike everywhere.
      """)
  var calibration = "none"
  @OptionGroup var networks: NetworkOptions

  func validate() throws {
    guard (1...FaceNumber.most).contains(faces) else {
      throw ValidationError("--faces \(faces): must be from 1 to \(FaceNumber.most)")
    }
    if noFilters, calibration != "none" { throw ValidationError("--no-filters goes without --calibration") }
  }

  func run() throws {
    var configuration = try networks.loadConfiguration()
    configuration.personal.calibration =
      calibration == "none" ? .none : calibration == "auto" ? .auto : .file(calibration)
    let source = try VideoFile(path: clip)
    for path in FaceTables.paths(csv, faces: faces) where Self.isSameFile(clip, path) {
      throw CommandFailure("\(path): is the clip itself; --csv needs another file")
    }
    // From here on SIGINT and SIGTERM end the work in order, without a file that is half written.
    let stop = StopSignals()
    let tables = try FaceTables(path: csv, faces: faces)
    let report: String
    do {
      var factory = try StageFactory(configuration, measuresNetworks: false)
      if calibration != "none" {
        factory.calibration = try PersonalFiles(configuration).calibration { text in
          FileHandle.standardError.write(Data("\(text)\n".utf8))
        }
      }
      let stage = try factory.makeStage(filters: !noFilters, waitsForShaders: true, faces: faces)
      report = try track(source, with: stage, into: tables, until: stop)
      try tables.finish()
    } catch {
      tables.discard()
      throw error
    }
    // Rows may be on their way through standard output.
    if tables.isDirect { FileHandle.standardError.write(Data("\(report)\n".utf8)) } else { print(report) }
    if source.damagedFrames > 0 {
      let fault = "\(source.damagedFrames) of its packets are damaged or missing; is it cut off?"
      throw CommandFailure("\(clip): \(fault) \(csv) holds what could be read")
    }
  }

  /// Writes a row for every frame and returns what the run came to.
  private func track(
    _ source: VideoFile, with stage: FaceStage, into tables: FaceTables, until stop: StopSignals
  ) throws -> String {
    var progress = ProgressLine(total: max(1, source.frameCount ?? 1), unit: "frames")
    while case .frame(let frame) = try source.next() {
      if stop.isRaised { throw CommandFailure("interrupted after \(tables.frames) frames; \(csv) was not written") }
      let plane = LumaPlane(pixels: frame.pixels, width: frame.width, height: frame.height, stride: frame.stride)
      try stage.process(plane, at: frame.time)
      try tables.append(stage, hasTimings: timings)
      progress.advance()
    }
    progress.finish()
    return tables.report(executor: stage.executor)
  }

  /// Whether both paths lead to one file that exists.
  private static func isSameFile(_ a: String, _ b: String) -> Bool {
    var (first, second) = (stat(), stat())
    return stat(a, &first) == 0 && stat(b, &second) == 0 && first.st_dev == second.st_dev
      && first.st_ino == second.st_ino
  }
}

/// What a run over a clip came to.
struct TrackSummary: CustomStringConvertible {
  private(set) var frames = 0
  private var present = 0
  private var milliseconds: [Double] = []

  mutating func add(isPresent: Bool, milliseconds: Double) {
    frames += 1
    if isPresent { present += 1 }
    self.milliseconds.append(milliseconds)
  }

  var description: String {
    let sorted = milliseconds.sorted()
    let median = sorted.isEmpty ? 0 : sorted[sorted.count / 2]
    return "\(frames) frames, a face in \(present), median " + String(format: "%.2f ms a frame", median)
  }
}
