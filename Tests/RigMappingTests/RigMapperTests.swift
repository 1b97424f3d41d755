import FaceCore
import Testing

@testable import RigMapping

@Suite struct RigMapperTests {
  func value(_ text: String, _ face: FaceObservation) throws -> Float {
    try RigExpression(text).value(in: face, angles: face.pose.rotation.headAngles)
  }

  @Test(
    arguments: [
      ("0.5 * jawOpen", 0.4), ("1 - jawOpen * 0.5 - 0.1", 0.5), ("-jawOpen + 1", 0.2), ("(1 - jawOpen) / 2", 0.1),
      ("max(mouthPucker, 0.2, jawOpen)", 0.8), ("min(jawOpen, 0.3)", 0.3), ("mean(jawOpen, 0.2, 0.2)", 0.4),
      ("abs(0.5 - jawOpen)", 0.3), ("jawOpen / mouthPucker", 0), ("2 - -1", 3), ("headYaw", 0.5), (".5", 0.5),
    ] as [(String, Float)])
  func expressionsAreArithmetic(text: String, expected: Float) throws {
    #expect(abs(try value(text, Faces.face([.jawOpen: 0.8], yaw: 45)) - expected) < 1e-5)
  }

  @Test(arguments: [
    ("jawOpn", 0, "no channel"), ("1 + jawopen", 4, "did you mean 'jawOpen'?"), ("2 * ", 4, "ends too early"),
    ("(1 + 2", 6, "missing"), ("1 2", 2, "operator"), ("max()", 4, "not expected"), ("abs(1, 2)", 0, "one value"),
    ("1..2", 0, "no number"), ("", 0, "ends too early"), ("jawOpen $", 8, "not expected"),
    (String(repeating: "(", count: 100) + "1", 33, "deep"),
    (String(repeating: "1 + (", count: 20) + "1" + String(repeating: ")", count: 20), 80, "open values"),
  ])
  func mistakesSayWhereTheyAre(text: String, offset: Int, reason: String) {
    do throws(RigMappingError) {
      _ = try RigExpression(text)
      Issue.record("“\(text)” was taken")
    } catch {
      guard case .expression(let message, let place) = error else {
        Issue.record("\(error)")
        return
      }
      #expect(message.contains(reason), "\(message)")
      #expect(place == offset, "\(text): \(message)")
    }
  }

  @Test func mirroredExpressionsReadTheOtherSide() throws {
    let expression = try RigExpression("mouthSmileLeft - 0.5 * headYaw + gazeLeftYaw")
    let face = Faces.face([.mouthSmileLeft: 0.6, .mouthSmileRight: 0.1, .eyeLookOutLeft: 0.3], yaw: 30)
    let mirrored = expression.mirrored.value(in: face, angles: face.pose.rotation.headAngles)
    let mirror = face.mirrored
    #expect(abs(mirrored - expression.value(in: mirror, angles: mirror.pose.rotation.headAngles)) < 1e-5)
    #expect(expression.mirrored.mirrored == expression)
  }

  @Test func aChannelIsShapedInItsOrder() throws {
    var channel = RigProfile.Channel(name: "X", expression: RigExpression(.jawOpen))
    channel.gain = 2
    channel.offset = -0.2
    channel.deadzone = 0.2
    channel.curve = try ResponseCurve(points: [[0, 0], [0.5, 0.8], [1, 1]])
    channel.clamp = 0...0.9
    var mapper = RigMapper(RigProfile(name: "x", channels: [channel]))
    func map(_ jaw: Float) -> Float {
      _ = mapper.map(Faces.face([.jawOpen: jaw]))
      return mapper.channels["X"]!
    }
    #expect(map(0.15) == 0)
    // 2 · 0.4 − 0.2 = 0.6; less the dead zone (0.6 − 0.2) / 0.8 = 0.5; by the curve 0.8.
    #expect(abs(map(0.4) - 0.8) < 1e-5)
    #expect(map(1) == 0.9)
  }

  @Test func onlyTheStrongerOfAPairActs() throws {
    let channels = [Blendshape.mouthSmileLeft, .mouthFrownLeft].map {
      RigProfile.Channel(name: $0.name, expression: RigExpression($0))
    }
    var mapper = RigMapper(RigProfile(name: "x", channels: channels, exclusive: [(0, 1)]))
    let face = mapper.map(Faces.face([.mouthSmileLeft: 0.7, .mouthFrownLeft: 0.2, .jawOpen: 0.3]))
    #expect(abs(face.weights[.mouthSmileLeft] - 0.5) < 1e-6)
    #expect(face.weights[.mouthFrownLeft] == 0)
    // What the profile does not name stays.
    #expect(face.weights[.jawOpen] == 0.3)
  }

  @Test func curvesAreRefusedThatDoNotRise() {
    #expect(throws: RigMappingError.self) { try ResponseCurve(points: [[0, 0]]) }
    #expect(throws: RigMappingError.self) { try ResponseCurve(points: [[0, 0], [0, 1]]) }
    #expect(throws: RigMappingError.self) { try ResponseCurve(points: [[0, 0], [.nan, 1]]) }
  }
}
