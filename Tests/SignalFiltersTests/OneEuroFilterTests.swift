import FaceCore
import Foundation
import Testing

@testable import SignalFilters

@Suite struct OneEuroFilterTests {
  private let settings = OneEuroConfiguration(minCutoffHz: 1, beta: 0.1, derivativeCutoffHz: 1)

  @Test func followsThePublishedAlgorithmAtUnevenTimes() throws {
    var random = SplitMix64(state: 7)
    for (minCutoff, beta, derivativeCutoff) in [(1.0, 0.0, 1.0), (1.0, 0.1, 1.0), (0.3, 2.0, 0.5), (5.0, 20.0, 4.0)] {
      var time = 0.0
      let samples = (0..<600).map { index in
        time += 0.008 + 0.03 * random.unit()
        return (time: time, value: sin(Double(index) * 0.05) + 0.05 * random.normal())
      }
      let expected = PublishedOneEuro(minCutoff: minCutoff, beta: beta, derivativeCutoff: derivativeCutoff)
        .filter(samples)
      var filter = try OneEuroFilter(
        .init(minCutoffHz: minCutoff, beta: beta, derivativeCutoffHz: derivativeCutoff))
      let worst = zip(samples, expected).map { sample, expected in
        abs(Double(filter.filter(Float(sample.value), at: CaptureTime(seconds: sample.time))) - expected)
      }.max()!
      #expect(worst < 2e-6, "minCutoff \(minCutoff) beta \(beta): worst difference \(worst)")
    }
  }

  /// Worked by hand: te = 0.1 s, both cutoffs 1 Hz, beta 0. α = 1/(1 + 1/(2π·0.1)) = 0.385869…; from 0 a step to 1 gives α.
  @Test func oneStepByHand() throws {
    var filter = try OneEuroFilter(.init(minCutoffHz: 1, beta: 0))
    #expect(filter.filter(0, at: CaptureTime(seconds: 5)) == 0)
    #expect(abs(filter.filter(1, at: CaptureTime(seconds: 5.1)) - 0.385869) < 1e-6)
  }

  @Test func agreesWithTheAuthorsVector() throws {
    let path = "../shared/reference/one-euro/groundTruth.csv"
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      print("skipped: no \(path) beside the repository")
      return
    }
    var filter = try OneEuroFilter(settings)
    let rows = text.split(whereSeparator: \.isNewline).dropFirst().map { $0.split(separator: ",").map { Double($0)! } }
    let worst = rows.enumerated().map { index, row in
      abs(Double(filter.filter(Float(row[2]), at: CaptureTime(seconds: Double(index) / 120))) - row[3])
    }.max()!
    #expect(rows.count == 1200)
    #expect(worst < 1e-5, "worst difference \(worst)")
  }

  @Test func theFirstSamplePassesUnchanged() throws {
    var filter = try OneEuroFilter(settings)
    #expect(filter.filter(0.7, at: CaptureTime(seconds: 3)) == 0.7)
  }

  @Test func resetEqualsANewFilter() throws {
    var filter = try OneEuroFilter(settings)
    for index in 0..<20 { _ = filter.filter(Float(index), at: CaptureTime(seconds: Double(index) / 30)) }
    _ = filter.filter(.nan, at: CaptureTime(seconds: 1))
    filter.reset()
    #expect(filter == (try OneEuroFilter(settings)))
  }

  @Test func resetForgetsTheDerivative() throws {
    var used = try OneEuroFilter(.init(minCutoffHz: 1, beta: 5))
    for index in 0..<9 { _ = used.filter(Float(index * 10), at: CaptureTime(seconds: Double(index) / 30)) }
    used.reset()
    var fresh = try OneEuroFilter(.init(minCutoffHz: 1, beta: 5))
    for (index, value) in [Float(0), 0.1, 0.3].enumerated() {
      let time = CaptureTime(seconds: 10 + Double(index) / 30)
      #expect(used.filter(value, at: time) == fresh.filter(value, at: time))
    }
  }

  @Test func valuesThatAreNotFiniteKeepTheStateAndCount() throws {
    var disturbed = try OneEuroFilter(settings)
    #expect(disturbed.filter(.nan, at: CaptureTime(seconds: 0)) == 0)
    _ = disturbed.filter(0.5, at: CaptureTime(seconds: 0))
    let before = disturbed.filter(0.6, at: CaptureTime(seconds: 0.03))
    for value: Float in [.nan, .infinity, -.infinity] {
      #expect(disturbed.filter(value, at: CaptureTime(seconds: 0.05)) == before)
    }
    #expect(disturbed.rejectedSamples == 4)

    var clean = try OneEuroFilter(settings)
    _ = clean.filter(0.5, at: CaptureTime(seconds: 0))
    _ = clean.filter(0.6, at: CaptureTime(seconds: 0.03))
    let time = CaptureTime(seconds: 0.06)
    #expect(disturbed.filter(0.7, at: time) == clean.filter(0.7, at: time))
  }

  @Test func timeThatDoesNotAdvanceAddsNothing() throws {
    var filter = try OneEuroFilter(settings)
    _ = filter.filter(0, at: CaptureTime(seconds: 1))
    let value = filter.filter(1, at: CaptureTime(seconds: 1.03))
    #expect(filter.filter(9, at: CaptureTime(seconds: 1.03)) == value)
    #expect(filter.filter(9, at: CaptureTime(seconds: 1.01)) == value)
    #expect(filter.rejectedSamples == 2)
  }

  @Test func aClockSetBackStartsAnew() throws {
    var filter = try OneEuroFilter(settings)
    _ = filter.filter(0, at: CaptureTime(seconds: 20))
    _ = filter.filter(1, at: CaptureTime(seconds: 20.03))
    #expect(filter.filter(0.25, at: CaptureTime(seconds: 0)) == 0.25)
    #expect(filter.rejectedSamples == 0)
  }

  @Test func aGapAboveAQuarterSecondStartsAnew() throws {
    var filter = try OneEuroFilter(settings)
    _ = filter.filter(0, at: CaptureTime(seconds: 1))
    #expect(filter.filter(1, at: CaptureTime(seconds: 1.25)) < 1)
    #expect(filter.filter(0.25, at: CaptureTime(nanoseconds: 1_500_000_001)) == 0.25)
  }

  @Test func settingsThatCannotWorkAreRefused() {
    #expect(throws: SignalFilterError.notPositive(setting: "minCutoffHz", value: 0)) {
      try OneEuroFilter(.init(minCutoffHz: 0, beta: 0))
    }
    #expect(throws: SignalFilterError.negative(setting: "beta", value: -1)) {
      try OneEuroFilter(.init(minCutoffHz: 1, beta: -1))
    }
    #expect(throws: SignalFilterError.notPositive(setting: "derivativeCutoffHz", value: .infinity)) {
      try RotationFilter(.init(minCutoffHz: 1, beta: 0, derivativeCutoffHz: .infinity))
    }
    #expect(throws: SignalFilterError.notPositive(setting: "maximumStepSeconds", value: 0)) {
      try OneEuroFilter(.init(minCutoffHz: 1, beta: 0), maximumStepSeconds: 0)
    }
    #expect(
      SignalFilterError.notPositive(setting: "minCutoffHz", value: 0).description
        == "minCutoffHz is 0.0, but has to be a finite number above 0")
  }

  @Test(arguments: [(0.0, 1), (0.008, 1), (1.0 / 60, 2), (1.0 / 30, 4), (0.25, 30)])
  func aStepIsWalkedInPartsOfAbout120thOfASecond(_ seconds: Double, _ parts: Int) {
    #expect(partCount(of: seconds, maximumStepSeconds: 1.0 / 120) == parts)
    #expect(partCount(of: seconds, maximumStepSeconds: .infinity) == 1)
    #expect(partCount(of: 0.25, maximumStepSeconds: .leastNonzeroMagnitude) == 1_000)
  }

  @Test func newSettingsKeepTheState() throws {
    var filter = try OneEuroFilter(settings)
    _ = filter.filter(0.4, at: CaptureTime(seconds: 0))
    try filter.reconfigure(.init(minCutoffHz: 0.01, beta: 0))
    #expect(abs(filter.filter(1, at: CaptureTime(seconds: 0.03)) - 0.4) < 0.01)
    #expect(throws: SignalFilterError.self) { try filter.reconfigure(.init(minCutoffHz: -1, beta: 0)) }
    #expect(filter.configuration.minCutoffHz == 0.01)
  }
}
