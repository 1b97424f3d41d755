import FaceCore
import Foundation
import Testing

@testable import Accuracy

@Suite struct ClipScorerTests {
  /// A performance of 20 s at 30 frames a second, as a tracker that is `late` seconds late would tell it.
  private func table(
    late: Double = 0, gain: Float = 1, turn: Float = 0, isPresent: (Double) -> Bool = { _ in true },
    noise: (Int) -> Float = { _ in 0 }
  ) -> FaceTable {
    var table = FaceTable()
    for frame in 0..<600 {
      let seconds = Double(frame) / 30
      let t = Float(seconds - late)
      var observation = FaceObservation.absent(at: CaptureTime(seconds: seconds))
      // At rest in the last five seconds.
      let isMoving: Float = seconds < 15 ? 1 : 0
      observation.weights[.jawOpen] = gain * (0.5 + 0.4 * sin(2 * t) * isMoving)
      observation.weights[.mouthPucker] = gain * (0.5 + 0.4 * cos(3.1 * t) * isMoving)
      let blink: Float = t.truncatingRemainder(dividingBy: 2) > 1.8 ? isMoving : 0
      observation.weights[.eyeBlinkLeft] = blink
      observation.weights[.eyeBlinkRight] = blink
      observation.pose.rotation = Quaternion(
        yaw: 0.4 * sin(3 * t) * isMoving + turn + noise(frame), pitch: 0.3 * cos(3 * t) * isMoving, roll: 0)
      table.append(observation, isPresent: isPresent(seconds), box: [100, 100, 200, 200])
    }
    return table
  }

  @Test func aPerfectTrackIsPerfect() throws {
    let truth = table()
    let score = ClipScorer(reference: truth, track: truth).score()
    #expect(score.recall == 1 && score.falsePresence == nil && score.boxOverlap ?? 0 > 0.999)
    #expect(try #require(score.rotationError) < 1e-9)
    #expect(try #require(score.alignedCoreCorrelation) > 0.9999)
    #expect(abs(try #require(score.coreGain) - 1) < 1e-6)
    #expect(abs(try #require(score.lag)) < 1e-3)
    #expect(score.blinkF1 == 1 && score.blinkBestF1 == 1)
    #expect(try #require(score.rotationJitter) < 1e-4)
    #expect(Set(score.channels.keys) == ["jawOpen", "mouthPucker", "eyeBlinkLeft", "eyeBlinkRight"])
  }

  @Test func lagAndGainAreFound() throws {
    let score = ClipScorer(reference: table(), track: table(late: 0.1, gain: 0.6)).score()
    #expect(abs(try #require(score.lag) - 0.1) < 0.01)
    let jaw = try #require(score.channels["jawOpen"])
    #expect(jaw.alignedCorrelation ?? 0 > 0.98 && jaw.alignedCorrelation ?? 0 > jaw.correlation ?? 1)
    #expect(abs(try #require(jaw.gain) - 0.6) < 0.05)
  }

  @Test func anOffsetCountsOnlyInTheRawError() throws {
    let score = ClipScorer(reference: table(), track: table(turn: 0.1)).score()
    let yaw = try #require(score.axes["yaw"])
    #expect(abs(yaw.offset - 0.1 * 180 / .pi) < 0.01 && abs(yaw.rawError - yaw.offset) < 0.01)
    #expect(yaw.error < 0.01)
    #expect(abs(try #require(score.rotationRawError) - yaw.rawError / 3) < 0.01)
  }

  @Test func jitterIsTheRestlessnessOfAStillFace() throws {
    let degree: Float = .pi / 180
    let score = ClipScorer(reference: table(), track: table { $0.isMultiple(of: 2) ? 0.5 * degree : 0 }).score()
    #expect(score.stillFrames > 100)
    // Half a degree from frame to frame in one of three axes.
    #expect(abs(try #require(score.rotationJitter) - 0.5 / 3.0.squareRoot()) < 0.01)
    #expect(try #require(score.weightJitter) < 1e-6)
  }

  private func table(noise: (Int) -> Float) -> FaceTable { table(late: 0, noise: noise) }

  @Test func facesAreCountedWhereTheReferenceHasThem() throws {
    let truth = table(isPresent: { $0 < 10 })
    let track = table(isPresent: { $0 >= 1 && $0 < 12 })
    let score = ClipScorer(reference: truth, track: track).score()
    #expect(abs(try #require(score.recall) - 0.9) < 0.01)
    #expect(abs(try #require(score.falsePresence) - 0.2) < 0.01)
    #expect(abs(try #require(score.acquisition) - 1) < 0.1)
  }

  @Test func aTrackWithoutAFaceHasNoFigures() {
    let score = ClipScorer(reference: table(), track: table(isPresent: { _ in false })).score()
    #expect(score.recall == 0 && score.channels.isEmpty && score.lag == nil && score.rotationError == nil)
    let empty = ClipScorer(reference: table(), track: FaceTable()).score()
    #expect(empty.recall == 0 && empty.facesInReference == 600)
  }
}
