import FaceCore
import Testing

@testable import RigMapping

@Suite struct GazeTests {
  func run(_ frames: [(gaze: Gaze, left: Float, right: Float)], vergence: Float = 0.2, freezes: Bool = true) -> [Gaze] {
    var solver = GazeSolver()
    return frames.enumerated().map { index, frame in
      solver.solve(
        frame.gaze, lids: (frame.left, frame.right), vergence: vergence, freezes: freezes,
        at: CaptureTime(seconds: Double(index) / 30))
    }
  }

  func gaze(_ yaw: Float, _ pitch: Float = 0) -> Gaze {
    Gaze(leftYaw: yaw, leftPitch: pitch, rightYaw: yaw, rightPitch: pitch)
  }

  @Test func eyesNeverLookApartNorTooNear() {
    for index in 0..<500 {
      let random = (0..<4).map { Faces.noise(index * 4 + $0) * 0.6 }
      let pair = GazeSolver.paired(
        Gaze(leftYaw: random[0], leftPitch: random[1], rightYaw: random[2], rightPitch: random[3]), vergence: 0.2)
      #expect((-1e-6...0.2001).contains(pair.rightYaw - pair.leftYaw))
      #expect(pair.leftPitch == pair.rightPitch)
      #expect(abs((pair.leftYaw + pair.rightYaw) / 2 - (random[0] + random[2]) / 2) < 1e-6)
    }
  }

  @Test func aBlinkHoldsTheGaze() {
    var frames: [(gaze: Gaze, left: Float, right: Float)] = []
    for index in 0..<40 {
      let lid: Float = (15..<24).contains(index) ? 1 : index == 14 || index == 24 ? 0.3 : 0
      // What is read of lids that move is nonsense.
      frames.append((lid > 0 ? gaze(0.1, -0.5) : gaze(0.1, 0.05), lid, lid))
    }
    for (index, shown) in run(frames).enumerated() where (18..<24).contains(index) {
      #expect(abs(shown.leftPitch - 0.05) < 0.01, "frame \(index): \(shown.leftPitch)")
    }
    #expect(run(frames, freezes: false)[20].leftPitch == -0.5)
    #expect(abs(run(frames)[39].leftPitch - 0.05) < 1e-6)
  }

  @Test func aWinkingEyeFollowsTheOpenOne() {
    var frames: [(gaze: Gaze, left: Float, right: Float)] = []
    for index in 0..<30 {
      let read = Gaze(leftYaw: -0.4, leftPitch: -0.5, rightYaw: Float(index) * 0.01, rightPitch: 0.1)
      frames.append((read, index > 5 ? 1 : 0, 0))
    }
    let shown = run(frames)
    #expect(shown[29].leftYaw == shown[29].rightYaw && abs(shown[29].rightYaw - 0.29) < 1e-6)
    #expect(shown[29].leftPitch == 0.1)
  }

  @Test func noFrameJumpsAtABlink() {
    var frames: [(gaze: Gaze, left: Float, right: Float)] = []
    for index in 0..<60 {
      let lid: Float = index % 20 > 14 ? 1 : 0
      frames.append((gaze(0.005 * Float(index)), lid, lid))
    }
    let shown = run(frames)
    for (a, b) in zip(shown, shown.dropFirst()) { #expect(abs(b.leftYaw - a.leftYaw) < 0.06) }
  }

  @Test func looksAndDirectionsAgree() {
    var weights = BlendshapeWeights.neutral
    let direction = Gaze(leftYaw: 0.2, leftPitch: -0.1, rightYaw: 0.25, rightPitch: -0.1)
    direction.setLook(&weights)
    let back = Gaze(of: weights)
    #expect(abs(back.leftYaw - 0.2) < 1e-6 && abs(back.rightYaw - 0.25) < 1e-6 && abs(back.leftPitch + 0.1) < 1e-6)
    #expect(weights[.eyeLookOutLeft] > 0 && weights[.eyeLookInLeft] == 0)
  }
}
