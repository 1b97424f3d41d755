import FaceCore
import Foundation
import Testing

@testable import SignalFilters

@Suite struct FilterSettingsTests {
  private func resting() -> FilterSettings {
    var settings = FilterSettings(minCutoffHz: 2, beta: 2, derivativeCutoffHz: 5)
    (settings.filter, settings.deadband, settings.restCutoffHz) = (.deadband, 0.05, 0.001)
    return settings
  }

  private func run(_ settings: FilterSettings, _ values: [Float], quality: Double = 1) throws -> [Float] {
    var filter = try OneEuroFilter(settings: settings, maximumStepSeconds: FilterBank.stepSeconds)
    return values.enumerated().map { index, value in
      _ = filter.filter(value, at: CaptureTime(seconds: Double(index) / 30), quality: quality)
      return filter.prompt
    }
  }

  @Test func insideTheDeadbandTheValueStays() throws {
    let tremor: [Float] = (0..<90).map { $0 % 2 == 0 ? 0.52 : 0.49 }
    let out = try run(resting(), tremor)
    #expect(out.allSatisfy { abs($0 - out[0]) < 1e-3 })
  }

  @Test func whatLeavesTheDeadbandIsFollowedToItsEnd() throws {
    let step: [Float] = (0..<60).map { $0 < 10 ? 0.2 : 0.8 }
    let out = try run(resting(), step)
    #expect(out[9] == 0.2)
    #expect(abs(out[59] - 0.8) < 0.05 * 0.5)
  }

  /// Once moving, small steps are followed too, until the value has come to rest.
  @Test func theRestBeginsOnlyNearTheEnd() throws {
    let climb: [Float] = (0..<60).map { index -> Float in
      let risen: Float = 0.2 + 0.02 * Float(index - 10)
      return index < 10 ? 0 : min(0.6, risen)
    }
    let out = try run(resting(), climb)
    // While it climbs by less than the deadband a frame, no frame stands still.
    for index in 12..<28 { #expect(out[index] > out[index - 1] + 0.005) }
  }

  @Test func aDoubtfulNetworkIsFollowedSlower() throws {
    let step: [Float] = (0..<20).map { $0 < 10 ? 0 : 1 }
    for kind in [FilterSettings.Filter.gatedOneEuro, .deadband] {
      var settings = resting()
      settings.filter = kind
      let sure = try run(settings, step, quality: settings.quality(confidence: 1))
      let doubtful = try run(settings, step, quality: settings.quality(confidence: 0.3))
      #expect(doubtful[11] < sure[11] - 0.1, "\(kind)")
    }
    #expect(FilterSettings(minCutoffHz: 1, beta: 0).quality(confidence: 0.1) == 1)
    #expect(resting().quality(confidence: 0) == 0.05)
    #expect(resting().quality(confidence: 1) == 1)
  }

  @Test func predictionPaysBackDelayOnARamp() throws {
    var slow = FilterSettings(minCutoffHz: 1, beta: 0)
    let ramp: [Float] = (0..<60).map { Float($0) / 60 }
    let late = try run(slow, ramp)
    (slow.predictSeconds, slow.predictSpeed) = (0.2, 0.01)
    let prompt = try run(slow, ramp)
    #expect(ramp[59] - late[59] > 0.05)
    #expect(abs(ramp[59] - prompt[59]) < 0.25 * (ramp[59] - late[59]))
  }

  @Test func predictionNeverPassesTheLastSample() throws {
    var settings = FilterSettings(minCutoffHz: 0.5, beta: 0)
    (settings.predictSeconds, settings.predictHz, settings.predictSpeed) = (0.5, 5, 0)
    var random = SplitMix64(state: 9)
    var filter = try OneEuroFilter(settings: settings, maximumStepSeconds: FilterBank.stepSeconds)
    for index in 0..<600 {
      let value = Float(index / 40 % 2) * 0.8 + Float(0.02 * random.normal())
      let plain = filter.filter(value, at: CaptureTime(seconds: Double(index) / 30))
      #expect((min(plain, value) - 1e-6...max(plain, value) + 1e-6).contains(filter.prompt))
    }
  }

  @Test func aRotationIsPredictedOnTheWayToTheLastSample() throws {
    var settings = FilterSettings(minCutoffHz: 1, beta: 0)
    (settings.predictSeconds, settings.predictSpeed) = (0.2, 0.01)
    var filter = try RotationFilter(settings: settings, maximumStepSeconds: FilterBank.stepSeconds)
    var plain = Quaternion.identity
    let axis: SIMD3<Float> = [0.6, 0.8, 0]
    for index in 0..<60 {
      let sample = Quaternion(angle: 0.02 * Float(index), axis: axis)
      plain = filter.filter(sample, at: CaptureTime(seconds: Double(index) / 30))
    }
    let goal = Quaternion(angle: 0.02 * 59, axis: axis)
    let (late, left) = (angle(plain, goal), angle(filter.prompt, goal))
    #expect(late > 0.05)
    #expect(left < 0.25 * late)
    #expect(angle(plain, filter.prompt) <= late + 1e-4)
  }

  /// The Kalman filter of constant velocity finds a ramp's speed at any frame rate.
  @Test(arguments: [15.0, 30, 60]) func theSpeedOfARampIsFound(rate: Double) {
    var estimate = VelocityEstimate()
    estimate.start(at: 0)
    for index in 1...Int(rate) { estimate.update(0.7 * Double(index) / rate, seconds: 1 / rate, hz: 2) }
    #expect(abs(estimate.speed - 0.7) < 0.01)
  }

  @Test func settingsThatCannotWorkAreRefusedByName() {
    var settings = FilterSettings(minCutoffHz: 1, beta: 0)
    settings.deadband = 0
    #expect(throws: SignalFilterError.notPositive(setting: "deadband", value: 0)) { try settings.validate() }
    settings.deadband = 0.1
    settings.predictSpeed = -1
    #expect(throws: SignalFilterError.negative(setting: "predictSpeed", value: -1)) { try settings.validate() }
  }

  private func angle(_ a: Quaternion, _ b: Quaternion) -> Float { (a.conjugate * b).rotationVector.magnitude }
}
