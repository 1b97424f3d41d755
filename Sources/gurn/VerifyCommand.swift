import Accuracy
import ArgumentParser
import FaceCore
import Foundation
import Pipeline
import Recording
import Settings

/// `gurn verify SESSION --expect EXPECTED.csv`: whether a session is tracked as it was.
struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Tracks a session and compares the curves with expected ones.",
    discussion: """
      For tests, yours and ours: record a session, keep its curves with --update, and verify it after every change. EXPECTED is \
      a CSV of `gurn track` or of Live Link Face. Settings are the defaults unless --config is given. Status 0: every frame \
      agrees within the tolerance; 1: it does not, or could not be compared.

      Example: gurn verify even --expect even.csv --tolerance 0.02 --plot difference.svg
      """)

  @Argument(help: "A video, or the name of a session that ships with Gurn.") var session: String
  @Option(help: "The CSV with the curves that are expected.") var expect: String
  @Option(help: "How far a weight may differ, 0 to 1.") var tolerance = TrackTolerance().weight
  @Option(help: "How far a head angle may differ, degrees.") var angleTolerance = TrackTolerance().degrees
  @Option(help: "In how many frames a face may be there on one side only.")
  var presenceTolerance = TrackTolerance().presenceFrames
  @Option(help: "Draws expected and tracked curve, and the difference over time, into this SVG file.") var plot: String?
  @Flag(help: "Writes the curves into EXPECTED instead of comparing.") var update = false
  @Flag(help: "Compares what the networks say, without filters.") var noFilters = false
  @OptionGroup var networks: NetworkOptions

  func validate() throws {
    guard tolerance > 0 && tolerance <= 1 else {
      throw ValidationError("--tolerance \(tolerance): must be above 0 and at most 1")
    }
    guard angleTolerance > 0 && angleTolerance <= 180 else {
      throw ValidationError("--angle-tolerance \(angleTolerance): must be above 0 and at most 180")
    }
    guard presenceTolerance >= 0 else {
      throw ValidationError("--presence-tolerance \(presenceTolerance): must be 0 or more")
    }
  }

  func run() throws {
    let video = try SessionPath(session).video()
    // What holds without a configuration file: curves can be compared only where settings are the same.
    let configuration = networks.config == nil ? networks.applied(to: .default) : try networks.loadConfiguration()
    let expected = update ? nil : try FaceTable(ObservationTable(path: expect))
    let factory = try StageFactory(configuration, measuresNetworks: false)
    let stage = try factory.makeStage(filters: !noFilters, waitsForShaders: true)
    if update { return try write(video, stage) }
    var tracked = FaceTable()
    try ClipTracker.track(video, with: stage) { row, box in
      tracked.append(row, isPresent: row.isPresent, box: box)
    }
    var tolerance = TrackTolerance()
    (tolerance.weight, tolerance.degrees, tolerance.presenceFrames) = (
      self.tolerance, angleTolerance, presenceTolerance
    )
    let comparison = TrackComparison(expected: expected ?? FaceTable(), actual: tracked, tolerance: tolerance)
    let report = ComparisonReport(comparison)
    print("\(video) against \(expect) (\(stage.executor))")
    print(report.lines(columns: max(20, min(Terminal.size.columns - 1, 120))).joined(separator: "\n"))
    if let plot { try report.plot.write(toFile: plot, atomically: true, encoding: .utf8) }
    if !comparison.holds { throw ExitCode(1) }
  }

  private func write(_ video: String, _ stage: FaceStage) throws {
    let writer = try TrackCSVWriter(path: expect)
    do {
      var rows = 0
      try ClipTracker.track(video, with: stage) { row, box in
        try writer.append(row, box: box, processingMilliseconds: nil)
        rows += 1
      }
      try writer.finish()
      print("\(expect): \(rows) frames of \(video) (\(stage.executor))")
    } catch {
      writer.discard()
      throw error
    }
  }
}

extension FaceTable {
  /// Recorded curves as a table.
  init(_ recorded: ObservationTable) {
    self.init()
    for row in recorded.observations { append(row, isPresent: row.isPresent, box: nil) }
  }
}
