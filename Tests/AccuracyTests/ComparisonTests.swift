import FaceCore
import Foundation
import Pipeline
import Recording
import Settings
import Testing

@testable import Accuracy

/// What counts as the same track, and what is said of one that is not.
@Suite struct ComparisonTests {
  /// Thirty frames a second; `jaw` and `yaw` (degrees) by frame, nil where there is no face.
  static func table(_ count: Int = 60, shift: Double = 0, _ value: (Int) -> (jaw: Float, yaw: Float)?) -> FaceTable {
    var table = FaceTable()
    for index in 0..<count {
      var face = FaceObservation.absent(at: CaptureTime(seconds: Double(index) / 30 + shift))
      if let (jaw, yaw) = value(index) {
        face.isPresent = true
        face.weights[Blendshape.jawOpen] = jaw
        face.pose.rotation = Quaternion(yaw: yaw * .pi / 180, pitch: 0, roll: 0)
      }
      table.append(face, isPresent: face.isPresent, box: nil)
    }
    return table
  }

  static let expected = table { (Float($0 % 10) / 10, 5) }

  static func compare(_ actual: FaceTable, _ change: (inout TrackTolerance) -> Void = { _ in }) -> TrackComparison {
    var tolerance = TrackTolerance()
    change(&tolerance)
    return TrackComparison(expected: expected, actual: actual, tolerance: tolerance)
  }

  @Test func theSameTrackHolds() {
    let comparison = Self.compare(Self.expected)
    #expect(comparison.holds && comparison.channels.count == 55)
    #expect(comparison.channels.allSatisfy { $0.worst == 0 && $0.rms == 0 })
  }

  @Test func theWorstChannelAndFrameAreNamed() throws {
    let actual = Self.table { (Float($0 % 10) / 10 + ($0 == 41 ? 0.3 : 0), $0 == 7 ? 5.5 : 5) }
    let comparison = Self.compare(actual)
    #expect(!comparison.holds)
    let worst = try #require(comparison.channels.first)
    #expect(worst.name == "jawOpen" && worst.row == 41 && abs(worst.worst - 0.3) < 1e-6)
    #expect(comparison.channels[1].name == "yaw" && comparison.channels[1].row == 7)
    #expect(abs(comparison.channels[1].worst - 0.5) < 1e-3)
    let text = ComparisonReport(comparison).lines(columns: 60).joined(separator: "\n")
    #expect(text.contains("DIFFER"))
    #expect(text.contains("jawOpen by 0.30000 at frame 41 (1.367 s): expected 0.100, tracked 0.400"))
    let sketch = try #require(text.split(separator: "\n").last)
    #expect(sketch.count == 60 && Array(sketch)[41] == "█" && Array(sketch)[40] == "▁")
    #expect(Self.compare(actual) { $0.weight = 0.31 }.holds)
    #expect(!Self.compare(actual) { ($0.weight, $0.degrees) = (0.31, 0.4) }.holds)
  }

  @Test func anglesAreComparedAroundTheCircle() {
    let expected = Self.table { _ in (0, 179.9) }
    let actual = Self.table { _ in (0, -179.9) }
    #expect(TrackComparison(expected: expected, actual: actual, tolerance: TrackTolerance()).holds)
  }

  @Test func aFaceThatIsLostElsewhereIsCounted() {
    let actual = Self.table { (20..<24).contains($0) ? nil : (Float($0 % 10) / 10, 5) }
    let comparison = Self.compare(actual)
    #expect(comparison.presenceRows == [20, 21, 22, 23] && !comparison.holds)
    #expect(Self.compare(actual) { $0.presenceFrames = 4 }.holds)
  }

  @Test func rowsThatAreMissingOrTooManyDoNotHold() {
    let short = Self.compare(Self.table(50) { (Float($0 % 10) / 10, 5) })
    #expect(short.missingRows == 10 && short.extraRows == 0 && !short.holds)
    let long = Self.compare(Self.table(70) { (Float($0 % 10) / 10, 5) })
    #expect(long.missingRows == 0 && long.extraRows == 10 && !long.holds)
    // A little later is the same frame.
    #expect(Self.compare(Self.table(shift: 0.01) { (Float($0 % 10) / 10, 5) }).holds)
    #expect(!Self.compare(FaceTable()).holds)
  }

  @Test func theValueThatIsNoNumberDoesNotHold() {
    #expect(!Self.compare(Self.table { ($0 == 3 ? .nan : Float($0 % 10) / 10, 5) }).holds)
  }

  @Test func thePlotIsAnSVGOfBothCurves() {
    let plot = ComparisonReport(Self.compare(Self.table { (Float($0 % 10) / 10 + ($0 == 41 ? 0.3 : 0), 5) })).plot
    #expect(plot.hasPrefix("<svg") && plot.hasSuffix("</svg>\n"))
    #expect(plot.contains("jawOpen: expected (grey) and tracked (blue)"))
    #expect(plot.components(separatedBy: "<polyline").count - 1 == 3)
    #expect(!plot.contains("nan") && !plot.contains("inf"))
    _ = ComparisonReport(Self.compare(FaceTable())).plot
  }

  /// `make expected` writes the files anew.
  @Test(arguments: ["even", "glasses", "leaves"]) func aShippedSessionIsTrackedAsItWas(name: String) throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let path = root.appending(path: "Tests/Fixtures/expected/\(name).csv").path
    let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
    #expect(size ?? .max < 200 << 10)
    var configuration = Configuration.default
    configuration.modelsDirectory = root.appending(path: "Models").path
    configuration.tracking.executor = .simd
    let stage = try StageFactory(configuration, measuresNetworks: false).makeStage(filters: true, waitsForShaders: true)
    let track = try ClipTracker.track(root.appending(path: "Sessions/\(name).mp4").path, with: stage)
    var expected = FaceTable()
    for row in try ObservationTable(path: path).observations {
      expected.append(row, isPresent: row.isPresent, box: nil)
    }
    let comparison = TrackComparison(expected: expected, actual: track, tolerance: TrackTolerance())
    let report = ComparisonReport(comparison).lines().joined(separator: "\n")
    #expect(comparison.holds, "\(name)\n\(report)\n`make expected` where this was meant")
  }
}
