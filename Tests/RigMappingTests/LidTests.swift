import FaceCore
import Testing

@testable import RigMapping

@Suite struct LidTests {
  /// Lids that rest half shut, close little, and leak into each other: an invented face.
  func calibration() throws -> Calibration {
    var result = try Faces.captured(.neutral, [.eyeBlinkLeft: 0.1, .eyeBlinkRight: 0.08])
    result = try Faces.captured(.closed, over: result, [.eyeBlinkLeft: 0.6, .eyeBlinkRight: 0.5])
    result = try Faces.captured(.winkLeft, over: result, [.eyeBlinkLeft: 0.58, .eyeBlinkRight: 0.22])
    return try Faces.captured(.winkRight, over: result, [.eyeBlinkLeft: 0.3, .eyeBlinkRight: 0.5])
  }

  /// What is shown after a slow way from open lids to these.
  func shown(_ left: Float, _ right: Float, _ map: LidMap) -> (left: Float, right: Float) {
    var map = map
    var weights = BlendshapeWeights.neutral
    for step in 0...20 {
      let share = Float(step) / 20
      weights[.eyeBlinkLeft] = 0.1 + (left - 0.1) * share
      weights[.eyeBlinkRight] = 0.08 + (right - 0.08) * share
      map.apply(to: &weights)
    }
    return (weights[.eyeBlinkLeft], weights[.eyeBlinkRight])
  }

  @Test func openIsNoughtAndClosedIsOne() throws {
    let map = LidMap(try calibration())
    #expect(shown(0.1, 0.08, map) == (0, 0))
    let closed = shown(0.6, 0.5, map)
    #expect(closed.left > 0.9999 && closed.right > 0.9999)
  }

  @Test func winksAreSeparated() throws {
    let map = LidMap(try calibration())
    let left = shown(0.58, 0.22, map)
    #expect(left.left > 0.9 && left.right < 0.05, "\(left)")
    let right = shown(0.3, 0.5, map)
    #expect(right.right > 0.9 && right.left < 0.05, "\(right)")
  }

  @Test func blinksStayWholeOnTheWay() throws {
    let map = LidMap(try calibration())
    for share: Float in [0.3, 0.5, 0.8] {
      let lids = shown(0.1 + 0.5 * share, 0.08 + 0.42 * share, map)
      #expect(abs(lids.left - share) < 0.12 && abs(lids.right - share) < 0.12, "\(share): \(lids)")
    }
  }

  @Test func trembleAtEitherEndIsNotShown() throws {
    var map = LidMap(try calibration())
    for (left, right, expected): (Float, Float, Float) in [(0.1, 0.08, 0), (0.6, 0.5, 1)] {
      var weights = BlendshapeWeights.neutral
      for index in 0..<60 {
        // The first frames are the way there.
        weights[.eyeBlinkLeft] = left + 0.015 * Faces.noise(index)
        weights[.eyeBlinkRight] = right + 0.015 * Faces.noise(index + 500)
        map.apply(to: &weights)
        if index > 20 { #expect(abs(weights[.eyeBlinkLeft] - expected) < 0.05) }
      }
    }
  }

  @Test func lidsThatReverseWaitOutThePlay() {
    var map = LidMap(Calibration())
    func show(_ level: Float) -> Float {
      var weights = BlendshapeWeights.neutral
      weights[.eyeBlinkLeft] = level
      map.apply(to: &weights)
      return weights[.eyeBlinkLeft]
    }
    let closing = show(0.5)
    #expect(show(0.5 - LidMap.play) == closing)
    #expect(show(0.5 - 3 * LidMap.play) < closing)
  }

  @Test func winksThatCannotBeToldApartChangeNothing() {
    var calibration = Calibration()
    calibration.closed = .init(left: 0.6, right: 0.6)
    let plain = shown(0.6, 0.3, LidMap(calibration))
    calibration.winkLeft = .init(left: 0.5, right: 0.49)
    #expect(shown(0.6, 0.3, LidMap(calibration)) == plain)
  }
}
