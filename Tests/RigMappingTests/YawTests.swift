import FaceCore
import Testing

@testable import RigMapping

@Suite struct YawTests {
  /// What the model of the compensation says that a turned head reads.
  func read(_ truth: Float, _ terms: YawCompensation.Terms, turn: Float) -> Float {
    let powers = SIMD2(turn, turn * turn)
    return truth * (1 + (terms.gain * powers).sum()) + (terms.offset * powers).sum()
  }

  @Test(arguments: [-30, -12, 0, 18, 30] as [Float])
  func theInverseOfTheModelIsTheTruthOnBothSides(yaw: Float) {
    let rotation = Quaternion(yaw: yaw * .pi / 180, pitch: 0.1, roll: 0.2)
    let turn = YawCompensation.turn(rotation)
    for (channel, terms) in YawCompensation.terms {
      for truth: Float in [0.2, 0.5, 0.8] {
        var weights = BlendshapeWeights.neutral
        weights[channel] = read(truth, terms, turn: turn)
        weights[channel.mirrored] = read(truth, terms, turn: channel == channel.mirrored ? turn : -turn)
        YawCompensation(.init()).apply(to: &weights, rotation: rotation, strength: 1)
        #expect(abs(weights[channel] - truth) < 1e-4 && abs(weights[channel.mirrored] - truth) < 1e-4)
      }
    }
  }

  @Test func nothingHappensFromTheFrontOrWithoutStrength() {
    var weights = BlendshapeWeights.neutral
    for channel in 0..<52 { weights[channel] = Float(channel) / 52 }
    let before = weights
    YawCompensation(.init()).apply(to: &weights, rotation: .identity, strength: 1)
    #expect(weights == before)
    YawCompensation(.init()).apply(to: &weights, rotation: Quaternion(yaw: 0.5, pitch: 0, roll: 0), strength: 0)
    #expect(weights == before)
  }

  @Test func thePersonsOwnTurnIsTakenOff() throws {
    /// A face whose left brow seems to rise as it turns away, and whose right one falls.
    func face(yaw: Float, at seconds: Double) -> FaceObservation {
      let u = YawCompensation.turn(Quaternion(yaw: yaw * .pi / 180, pitch: 0, roll: 0))
      return Faces.face(
        [.browOuterUpLeft: 0.3 + 0.4 * u, .browOuterUpRight: 0.3 + 0.2 * u * u], yaw: yaw, at: seconds)
    }
    var capture = CalibrationCapture(.turn)
    var index = 0
    while !capture.isComplete {
      let phase = Float(index % 120)
      capture.add(face(yaw: phase < 60 ? phase - 30 : 90 - phase, at: Double(index) / 30))
      index += 1
    }
    var stage = PersonalStage(calibration: try capture.result(over: .init()))
    for yaw: Float in [-28, -10, 0, 15, 28] {
      let level = stage.finish(face(yaw: yaw, at: Double(index + Int(yaw)) / 30))
      #expect(abs(level.weights[.browOuterUpLeft] - 0.3) < 0.07, "\(yaw)")
      #expect(abs(level.weights[.browOuterUpRight] - 0.3) < 0.03, "\(yaw)")
    }
  }

  @Test func aHeadThatDoesNotTurnIsRefused() {
    #expect(throws: RigMappingError.self) { try Faces.captured(.turn, [:], yaw: 10) }
  }
}
