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
      """)

  @Argument(help: "A video file.") var clip: String
  @Option(help: "The CSV file to write.") var csv: String
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
    if noFilters, calibration != "none" { throw ValidationError("--no-filters goes without --calibration") }
  }

  func run() throws {
    var configuration = try networks.loadConfiguration()
    configuration.personal.calibration =
      calibration == "none" ? .none : calibration == "auto" ? .auto : .file(calibration)
    let source = try VideoFile(path: clip)
    if Self.isSameFile(clip, csv) { throw CommandFailure("\(csv): is the clip itself; --csv needs another file") }
    // From here on SIGINT and SIGTERM end the work in order, without a file that is half written.
    let stop = StopSignals()
    let writer = try TrackCSVWriter(path: csv)
    let report: String
    do {
      var factory = try StageFactory(configuration, measuresNetworks: false)
      if calibration != "none" {
        factory.calibration = try PersonalFiles(configuration).calibration { text in
          FileHandle.standardError.write(Data("\(text)\n".utf8))
        }
      }
      let stage = try factory.makeStage(filters: !noFilters, waitsForShaders: true)
      report = try track(source, with: stage, into: writer, until: stop)
      try writer.finish()
    } catch {
      writer.discard()
      throw error
    }
    // Rows may be on their way through standard output.
    if writer.isDirect { FileHandle.standardError.write(Data("\(report)\n".utf8)) } else { print(report) }
    if source.damagedFrames > 0 {
      let fault = "\(source.damagedFrames) of its packets are damaged or missing; is it cut off?"
      throw CommandFailure("\(clip): \(fault) \(csv) holds what could be read")
    }
  }

  /// Writes a row for every frame and returns what the run came to.
  private func track(
    _ source: VideoFile, with stage: FaceStage, into writer: TrackCSVWriter, until stop: StopSignals
  ) throws -> String {
    var progress = ProgressLine(total: max(1, source.frameCount ?? 1), unit: "frames")
    var summary = TrackSummary()
    while case .frame(let frame) = try source.next() {
      if stop.isRaised { throw CommandFailure("interrupted after \(summary.frames) frames; \(csv) was not written") }
      let plane = LumaPlane(pixels: frame.pixels, width: frame.width, height: frame.height, stride: frame.stride)
      let result = try stage.process(plane, at: frame.time)
      let milliseconds = (result.trackSeconds + result.filterSeconds) * 1000
      var row = result.filtered
      // A face that is gone fades on the wire; in the table it is simply gone.
      row.isPresent = result.raw.isPresent
      try writer.append(row, box: result.box, processingMilliseconds: timings ? milliseconds : nil)
      summary.add(isPresent: row.isPresent, milliseconds: milliseconds)
      progress.advance()
    }
    progress.finish()
    return "\(csv): \(summary) (\(stage.executor))"
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
