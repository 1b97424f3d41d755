import FaceCore
import Testing

@testable import RigMapping

@Suite struct CalibrationFinderTests {
  /// A person who talks, rests, blinks long, and winks with either eye; both winks leak.
  func recording() -> [FaceObservation] {
    (0..<420).map { index in
      let seconds = Double(index) / 30
      var weights: [Blendshape: Float] = [.mouthSmileLeft: 0.2]
      switch seconds {
      case ..<4: weights[.jawOpen] = 0.5 + 0.4 * Faces.noise(index / 4)
      case 7..<8: (weights[.eyeBlinkLeft], weights[.eyeBlinkRight]) = (0.6, 0.5)
      case 9..<10: (weights[.eyeBlinkLeft], weights[.eyeBlinkRight]) = (0.6, 0.15)
      case 11..<12: (weights[.eyeBlinkLeft], weights[.eyeBlinkRight]) = (0.2, 0.5)
      default: break
      }
      return Faces.face(weights, yaw: seconds < 4 ? 12 * Faces.noise(index / 6) : 3, at: seconds)
    }
  }

  @Test func restClosedEyesAndWinksAreFound() throws {
    let found = try CalibrationFinder(recording()).find()
    let neutral = try #require(found.neutral)
    #expect(neutral.weights[.jawOpen] == 0 && abs(neutral.weights[.mouthSmileLeft] - 0.2) < 1e-5)
    #expect(found.closed == .init(left: 0.6, right: 0.5))
    #expect(found.winkLeft == .init(left: 0.6, right: 0.15))
    #expect(found.winkRight == .init(left: 0.2, right: 0.5))
  }

  @Test func whatIsNotShownStaysOut() throws {
    let found = try CalibrationFinder((0..<90).map { Faces.face(at: Double($0) / 30) }).find()
    #expect(found.neutral != nil && found.closed == nil && found.winkLeft == nil)
  }

  @Test func withoutRestThereIsNoCalibration() {
    for frames in [[], (0..<90).map { Faces.face(yaw: 60, at: Double($0) / 30) }, [Faces.face()]] {
      #expect(throws: RigMappingError.self) { try CalibrationFinder(frames).find() }
    }
  }
}
