import FaceCore
import Testing

@testable import RigMapping

@Suite struct CalibrationCaptureTests {
  @Test func twoSecondsOfRestGiveTheMedians() throws {
    let calibration = try Faces.captured(.neutral, [.mouthSmileLeft: 0.4, .eyeBlinkLeft: 0.15], yaw: 8)
    let neutral = try #require(calibration.neutral)
    #expect(abs(neutral.weights[.mouthSmileLeft] - 0.4) < 0.003)
    #expect(abs(neutral.weights[.eyeBlinkLeft] - 0.15) < 0.003)
    #expect(abs(neutral.rotation.headAngles.yaw * 180 / .pi - 8) < 0.1)
  }

  @Test func framesInMotionAwayOrAbsentDontCount() {
    var capture = CalibrationCapture(.neutral)
    var still = 0
    for index in 0..<120 {
      let seconds = Double(index) / 30
      var face = Faces.face(at: seconds)
      if index < 30 {
        face.isPresent = false
      } else if index < 60 {
        face = Faces.face([.jawOpen: Float(index % 2) * 0.5], at: seconds)
      } else if index < 90 {
        face = Faces.face(yaw: 45, at: seconds)
      } else {
        still += 1
      }
      let verdict = capture.add(face)
      if index > 0, index < 30 { #expect(verdict == .rejected(.absent)) }
      if (32..<60).contains(index) { #expect(verdict == .rejected(.moving)) }
      if (62..<90).contains(index) { #expect(verdict == .rejected(.turned)) }
      if index > 91 { #expect(verdict == .accepted) }
    }
    #expect(capture.collected < Double(still) / 30)
    #expect(!capture.isComplete)
  }

  @Test func anOutlierDoesNotMoveTheMedian() throws {
    var capture = CalibrationCapture(.neutral)
    var index = 0
    while !capture.isComplete {
      // Every tenth frame reads a smile that comes and goes slowly enough to count.
      let smile: Float = index % 30 < 5 ? 0.03 * Float(index % 30) : 0
      capture.add(Faces.face([.mouthSmileLeft: smile], at: Double(index) / 30))
      index += 1
    }
    #expect(try capture.result(over: .init()).neutral?.weights[.mouthSmileLeft] == 0)
  }

  @Test func stateThatWasNotShownIsRefused() throws {
    var capture = CalibrationCapture(.closed)
    for index in 0..<60 { capture.add(Faces.face([.eyeBlinkLeft: 0.02], at: Double(index) / 30)) }
    #expect(capture.progress == 0)
    #expect(throws: RigMappingError.self) { try capture.result(over: .init()) }
    let neutral = try Faces.captured(.neutral, [.eyeBlinkLeft: 0.4, .eyeBlinkRight: 0.4])
    #expect(throws: RigMappingError.self) {
      try Faces.captured(.closed, over: neutral, [.eyeBlinkLeft: 0.5, .eyeBlinkRight: 0.5])
    }
  }

  @Test func noNumberMakesAFrameCount() {
    var capture = CalibrationCapture(.neutral)
    for index in 0..<40 {
      var face = Faces.face(at: Double(index) / 30)
      face.weights[index % 52] = index % 2 == 0 ? .nan : .infinity
      #expect(capture.add(face) == .rejected(.absent))
    }
  }

  @Test func timeThatRunsBackwardsAddsNothing() {
    var capture = CalibrationCapture(.neutral)
    for index in 0..<100 { capture.add(Faces.face(at: 10 - Double(index) / 30)) }
    #expect(capture.collected == 0)
  }
}
