import FaceCore
import Foundation
import SignalFilters
import Testing

@testable import Accuracy

@Suite struct TuningTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Sessions").path

  /// A face that moves `late` seconds after the truth.
  private func table(late: Double, seconds: Double = 12) -> FaceTable {
    var table = FaceTable()
    for frame in 0..<Int(seconds * 30) {
      let time = Double(frame) / 30
      var face = FaceObservation.absent(at: CaptureTime(seconds: time))
      (face.isPresent, face.confidence) = (true, 1)
      let phase = max(0, (time - late).truncatingRemainder(dividingBy: 3) - 1.5)
      face.weights[.jawOpen] = Float(0.5 - 0.5 * cos(2 * .pi * phase / 1.5))
      face.pose.rotation = Quaternion(yaw: 0.3 * face.weights[.jawOpen], pitch: 0, roll: 0)
      table.append(face, isPresent: true, box: nil)
    }
    return table
  }

  @Test(arguments: [0.0, 0.02, 0.1]) func aKnownLagIsMeasured(late: Double) throws {
    let session = TuningSession(track: table(late: late), truth: table(late: 0))
    let figures = TuningMeasure(session).figures(.mouth, session.raw)
    #expect(abs(try #require(figures.lagMilliseconds) - late * 1000) < 3)
    #expect(try #require(figures.jitter) < 0.02)
  }

  @Test func knownJitterAndOvershootAreMeasured() throws {
    let truth = table(late: 0)
    let session = TuningSession(truth: truth, noise: nil)
    var curves = session.raw
    let jaw = try #require(TuningChannel(name: "jawOpen"))
    curves[jaw] = curves[jaw].enumerated().map { $1 > 0.99 ? 1.2 : $1 + ($0 % 2 == 0 ? 0.01 : -0.01) }
    let figures = TuningMeasure(session).figures(.mouth, curves)
    // 33 channels stand still all the time, but only the jaw trembles, and only where it is still it counts.
    #expect(try #require(figures.jitter) > 0.001)
    #expect(abs(try #require(figures.overshoot) - 0.2) < 0.02)
  }

  @Test func noiseIsTheSameForTheSameSeedAndAsLargeAsItSays() {
    var (a, b) = (NetworkNoise(seed: 4), NetworkNoise(seed: 4))
    var squares = 0.0
    for frame in 0..<4000 {
      var face = FaceObservation.absent(at: CaptureTime(seconds: Double(frame) / 30))
      face.isPresent = true
      face.weights[.eyeBlinkLeft] = 0.5
      let noisy = a.added(to: face)
      #expect(noisy == b.added(to: face))
      squares += pow(Double(noisy.weights[.eyeBlinkLeft]) - 0.5, 2)
    }
    let figures = NetworkNoise.figures(.lids)
    #expect(abs((squares / 4000).squareRoot() / figures.wander - 1) < 0.25)
  }

  /// The promise of the shipped settings, on a session that ships, with noise as of the networks.
  @Test(arguments: ["even", "leaves"]) func everyGroupIsTwiceAsGoodAsOneEuroAtItsPublishedSettings(name: String) throws
  {
    let session = TuningSession(truth: try FaceTable(csv: "\(Self.folder)/\(name).csv"), noise: NetworkNoise(seed: 1))
    let report = try TuningReport(session, measure: TuningMeasure(session), configuration: .init())
    for row in report.rows {
      #expect(row.isTwiceAsGood == true, "\(row.group): \(report.text)")
    }
    #expect(report.rateDependence < 0.03)
    #expect(report.text.contains("One Euro"))
  }

  @Test func theSearchFindsBetterSettingsThanPoorOnes() throws {
    let session = TuningSession(truth: table(late: 0, seconds: 9), noise: NetworkNoise(seed: 2))
    let measure = TuningMeasure(session)
    let poor = FilterSettings(minCutoffHz: 0.5, beta: 0)
    let published = measure.figures(.mouth, try TuningRun.published(session.frames))
    let outcome = try #require(
      try SettingsSearch(.init(), tries: 25).best(
        .mouth, from: poor, session: session, measure: measure, published: published))
    let before = measure.figures(.mouth, try TuningRun.filtered(session.frames, with(poor)))
    #expect(try #require(outcome.figures.lagMilliseconds) < 0.5 * #require(before.lagMilliseconds))
    try outcome.settings.validate()
  }

  private func with(_ mouth: FilterSettings) -> FilterBank.Configuration {
    var configuration = FilterBank.Configuration()
    configuration.mouth = mouth
    return configuration
  }

  @Test func weightsOfASearchAreReadFromText() {
    typealias Weights = SettingsSearch.Weights
    #expect(Weights("jitter:lag") == Weights(jitter: 1, lag: 1))
    #expect(Weights("2:1") == Weights(jitter: 2, lag: 1))
    #expect(Weights("lag") == Weights(jitter: 0, lag: 1))
    for wrong in ["", ":", "0:0", "a:b", "1:-1", "1:2:3", "inf:1"] { #expect(Weights(wrong) == nil) }
  }

  @Test func lidsThatCloseTooSlowlyAreNotChosen() throws {
    #expect(try SettingsSearch.closesInTime(FilterBank.Configuration().lids))
    #expect(try !SettingsSearch.closesInTime(FilterSettings(minCutoffHz: 1, beta: 0.007)))
  }

  @Test func thePlotHoldsEveryCurve() throws {
    let session = TuningSession(truth: table(late: 0), noise: NetworkNoise(seed: 1))
    let channels = try ["jawOpen", "yaw"].map { try #require(TuningChannel(name: $0)) }
    let plot = TuningPlot(
      session, channels: channels, published: try TuningRun.published(session.frames),
      filtered: try TuningRun.filtered(session.frames, .init()), start: 2, seconds: 3)
    #expect(plot.times.first == 2)
    #expect(plot.svg.components(separatedBy: "<polyline").count == 1 + 2 * 4)
    #expect(plot.svg.contains("yaw, degrees"))
    #expect(TuningChannel(name: "smile") == nil)
  }

  @Test func theSnippetIsASectionOfAConfiguration() {
    let yaml = SettingsSnippet.yaml([(.head, FilterBank.Configuration().head)])
    #expect(yaml.hasPrefix("filters:\n  head:\n    filter: gated_one_euro\n    min_cutoff_hz: "))
  }
}
