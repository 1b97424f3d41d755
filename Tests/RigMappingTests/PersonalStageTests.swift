import FaceCore
import Testing

@testable import RigMapping

@Suite struct PersonalStageTests {
  func isSound(_ face: FaceObservation) -> Bool {
    face.isFinite && face.pose.position.x.isFinite && (0..<52).allSatisfy { (0...1).contains(face.weights[$0]) }
  }

  @Test func aRestingFaceIsNeutralOnTheWire() throws {
    let rest: [Blendshape: Float] = [
      .mouthSmileLeft: 0.4, .browDownLeft: 0.25, .eyeBlinkLeft: 0.2, .eyeBlinkRight: 0.1, .eyeLookDownLeft: 0.3,
      .eyeLookDownRight: 0.3, .jawLeft: 0.1,
    ]
    var stage = PersonalStage(calibration: try Faces.captured(.neutral, rest, yaw: 12))
    for index in 0..<60 {
      let raw = Faces.face(rest.mapValues { $0 + 0.004 * Faces.noise(index) }, yaw: 12, at: Double(index) / 30)
      let face = stage.finish(stage.prepare(raw))
      for channel in Blendshape.allCases { #expect(face.weights[channel] < 0.05, "\(channel.name)") }
      let angles = face.pose.rotation.headAngles
      #expect(max(abs(angles.yaw), abs(angles.pitch), abs(angles.roll)) < 0.01)
    }
    // And the whole range is still reached.
    var full = Faces.face([.mouthSmileLeft: 1, .jawRight: 1], yaw: 12, at: 3)
    full = stage.finish(stage.prepare(full))
    #expect(full.weights[.mouthSmileLeft] > 0.99 && full.weights[.jawRight] > 0.99)
  }

  @Test func nothingThatComesInLeavesAsNoNumber() throws {
    var configuration = PersonalStage.Configuration()
    configuration.autoRange = true
    configuration.profile = RigProfile(
      name: "test", channels: [.init(name: "X", expression: try RigExpression("jawOpen / (1 - jawOpen) * 9"))])
    var stage = PersonalStage(configuration, calibration: try Faces.captured(.neutral, [.jawOpen: 0.2]))
    let bad: [Float] = [.nan, .infinity, -.infinity, 1e30, -1e30, 0, 1]
    for index in 0..<2000 {
      // Time jumps back and forth.
      var face = Faces.face(at: Double(index % 37) / 30 + Double(index / 100))
      face.isPresent = index % 11 != 0
      for channel in 0..<52 { face.weights[channel] = bad[(index * 7 + channel) % bad.count] }
      face.gaze.leftYaw = bad[index % bad.count]
      face.pose.position.x = bad[(index + 1) % bad.count]
      face.pose.rotation.x = bad[(index + 2) % bad.count]
      if index % 50 == 0 { stage.change { $0.mirror.toggle() } }
      let result = stage.finish(stage.prepare(face), landmarks: [Float](repeating: bad[index % bad.count], count: 140))
      #expect(isSound(result), "frame \(index)")
      #expect(stage.rigChannels.values.allSatisfy { (0...1).contains($0) })
    }
  }

  @Test func mirrorSwapsSidesHeadAndGaze() {
    let face = Faces.face([.mouthSmileLeft: 0.6, .eyeLookOutLeft: 0.4, .eyeLookInRight: 0.4], yaw: 20)
    let mirror = face.mirrored
    #expect(mirror.weights[.mouthSmileRight] == 0.6 && mirror.weights[.mouthSmileLeft] == 0)
    #expect(abs(mirror.pose.rotation.headAngles.yaw + 20 * .pi / 180) < 1e-5)
    #expect(mirror.gaze.rightYaw == -face.gaze.leftYaw)
    #expect(Gaze(of: mirror.weights) == mirror.gaze)
    #expect(mirror.mirrored == face)
  }

  @Test func theMirrorReachesTheRigAndNoTrigger() throws {
    let profile = RigProfile(
      name: "test",
      channels: [
        .init(name: "SmileLeft", expression: try RigExpression("mouthSmileLeft")),
        .init(name: "SmileRight", expression: try RigExpression("mouthSmileRight")),
        .init(name: "Lid", expression: try RigExpression("0.75 - 0.75 * eyeBlinkLeft")),
      ])
    var library = TriggerLibrary()
    let act: [Blendshape: Float] = [.mouthSmileLeft: 0.8, .browDownRight: 0.6]
    for (name, weights) in [("smirk", act), (TriggerLibrary.rest, [:])] {
      var (bank, recording) = (TriggerBank(), TriggerRecording())
      for index in 0..<10 {
        bank.read(
          Faces.face(weights.mapValues { $0 + 0.01 * Faces.noise(index) }, at: Double(index) / 30), landmarks: [])
        recording.add(bank)
      }
      try library.teach(name, recording)
    }
    func end(mirror: Bool) -> FaceObservation {
      var configuration = PersonalStage.Configuration()
      (configuration.profile, configuration.mirror) = (profile, mirror)
      var stage = PersonalStage(configuration, triggers: TriggerBank(library))
      var face = FaceObservation.absent(at: CaptureTime(seconds: 0))
      for index in 0..<30 { face = stage.finish(stage.prepare(Faces.face(act, yaw: 10, at: Double(index) / 30))) }
      return face
    }
    let (plain, mirrored) = (end(mirror: false), end(mirror: true))
    // Yaw compensation takes a little off.
    #expect(abs((plain.channels.rig("SmileLeft") ?? 0) - 0.8) < 0.1 && plain.channels.rig("SmileRight") == 0)
    #expect(mirrored.channels.rig("SmileLeft") == 0)
    #expect(mirrored.channels.rig("SmileRight") == plain.channels.rig("SmileLeft"))
    #expect(abs(plain.pose.rotation.headAngles.yaw + mirrored.pose.rotation.headAngles.yaw) < 1e-5)
    #expect((plain.channels.trigger("smirk") ?? 0) > 0.9)
    #expect(plain.channels.trigger("smirk") == mirrored.channels.trigger("smirk"))
    // What the rig makes of a neutral face is known before there is one.
    #expect(FaceChannels(neutral: plain.channels.names).rig("Lid") == 0.75)
  }

  @Test func noChangeOfSettingsJumps() throws {
    let profile = RigProfile(
      name: "arkit", channels: [.init(name: "jawOpen", expression: try RigExpression("0.2 * jawOpen"))])
    var stage = PersonalStage()
    var last: FaceObservation?
    for index in 0..<600 {
      let raw = Faces.face([.jawOpen: 0.9, .mouthSmileLeft: 0.5], yaw: 15, at: Double(index) / 30)
      switch index {
      case 60: stage.change { $0.profile = profile }
      case 120: stage.change { $0.mirror = true }
      case 180: stage.calibrate(try Faces.captured(.neutral, [.mouthSmileLeft: 0.5], yaw: 15))
      case 240:
        let isTaken = stage.recenter()
        #expect(isTaken)
      case 300: stage.change { $0.profile = nil }
      // A storm: changes in every frame.
      case 400...: stage.change { $0.mirror = index % 2 == 0 }
      default: break
      }
      let face = stage.finish(stage.prepare(raw))
      if let last {
        for channel in Blendshape.allCases {
          // A fade of 0.3 s is fastest in its middle: 1.5 / 9 of its height a frame.
          #expect(abs(face.weights[channel] - last.weights[channel]) < 0.17, "frame \(index), \(channel.name)")
        }
        let turn = (last.pose.rotation.conjugate * face.pose.rotation).rotationVector
        #expect((turn * turn).sum().squareRoot() < 0.12, "frame \(index)")
      }
      last = face
    }
  }

  @Test func aCaptureInTheStageTakesEffect() throws {
    var stage = PersonalStage()
    stage.startCapture(.neutral)
    var index = 0
    while stage.capture?.isComplete == false {
      _ = stage.finish(stage.prepare(Faces.face([.browInnerUp: 0.3], at: Double(index) / 30)))
      index += 1
      try #require(index < 200)
    }
    let captured = try stage.finishCapture()
    #expect(abs(captured.neutral!.weights[.browInnerUp] - 0.3) < 1e-5)
    for later in 1...30 { _ = stage.finish(Faces.face([.browInnerUp: 0.3], at: Double(index + later) / 30)) }
    let face = stage.finish(Faces.face([.browInnerUp: 0.3], at: Double(index + 31) / 30))
    #expect(face.weights[.browInnerUp] == 0)
    #expect(throws: RigMappingError.self) { try stage.finishCapture() }
  }

  @Test func autoRangeStretchesSlowlyAndNotFromTheSide() {
    var configuration = PersonalStage.Configuration()
    configuration.autoRange = true
    configuration.yawCompensation = 0
    func rest(yaw: Float) -> Float {
      var stage = PersonalStage(configuration)
      var face = FaceObservation.absent(at: .init(seconds: 0))
      for index in 0..<9000 {
        let smile: Float = 0.2 + (index % 300 < 30 ? 0.4 : 0)
        face = stage.finish(Faces.face([.mouthSmileLeft: smile], yaw: yaw, at: Double(index) / 30))
      }
      return face.weights[.mouthSmileLeft]
    }
    #expect(rest(yaw: 0) < 0.1)
    #expect(rest(yaw: 25) == 0.2)
  }
}
