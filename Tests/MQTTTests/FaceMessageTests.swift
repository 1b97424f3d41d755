import FaceCore
import Foundation
import TestSupport
import Testing

@testable import MQTT

@Suite struct FaceMessageTests {
  /// A number as the message writes it.
  static func text(_ value: Double, decimals: Int) -> String {
    var json = JSONText()
    json.append(value, decimals: decimals)
    return String(decoding: json.bytes, as: UTF8.self)
  }

  @Test(arguments: [
    (0.0, 4, "0"), (1, 4, "1"), (0.5, 4, "0.5"), (0.123456, 4, "0.1235"), (-12.05, 2, "-12.05"), (0.00004, 4, "0"),
    (-0.00001, 4, "0"), (0.99996, 4, "1"), (1_795_286_697.125, 3, "1795286697.125"), (7, 0, "7"), (0.0001, 4, "0.0001"),
    (.nan, 4, "0"), (.infinity, 2, "0"), (1e300, 3, "0"), (10, 1, "10"), (-100.5, 1, "-100.5"),
  ]) func numbersAreShortAndExact(value: Double, decimals: Int, text: String) {
    #expect(Self.text(value, decimals: decimals) == text)
  }

  @Test func aFaceIsWholeInItsMessage() throws {
    var face = FaceObservation.absent(at: CaptureTime(seconds: 12.5))
    face.isPresent = true
    face.confidence = 0.75
    face.weights[.jawOpen] = 0.25
    face.weights[.tongueOut] = 1.5
    face.weights[.browDownLeft] = .nan
    // Half a turn's half to the subject's left: a quarter turn about +y.
    face.pose.rotation = Quaternion(x: 0, y: Float(0.5).squareRoot(), z: 0, w: Float(0.5).squareRoot())
    face.pose.position = SIMD3(0.01, -0.02, -0.6)
    face.gaze = Gaze(leftYaw: .pi / 12, leftPitch: 0, rightYaw: .pi / 18, rightPitch: -.pi / 36)
    var message = FaceMessage()
    _ = message.encode(.absent(at: CaptureTime(seconds: 0)), ageSeconds: 9, unixSeconds: 9)
    let bytes = message.encode(face, ageSeconds: 0.015, unixSeconds: 1_700_000_000.25)
    let object = try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
    #expect(
      object.keys.sorted() == [
        "age", "blend", "confidence", "euler", "gaze", "position", "present", "rotation", "time", "utc",
      ])
    #expect(object["present"] as? Int == 1 && object["confidence"] as? Double == 0.75)
    #expect(object["age"] as? Double == 0.015 && object["time"] as? Double == 12.5)
    #expect(object["utc"] as? Double == 1_700_000_000.25)
    #expect(object["rotation"] as? [Double] == [0, 0.70711, 0, 0.70711])
    #expect(object["euler"] as? [Double] == [90, 0, 0])
    #expect(object["position"] as? [Double] == [0.01, -0.02, -0.6])
    #expect(object["gaze"] as? [Double] == [15, 0, 10, -5])
    let blend = try #require(object["blend"] as? [String: Double])
    #expect(Set(blend.keys) == Set(Blendshape.allCases.map(\.name)))
    #expect(blend["jawOpen"] == 0.25 && blend["tongueOut"] == 1 && blend["browDownLeft"] == 0)
  }

  @Test func topicsAreOnePerFaceBelowTheActor() {
    let broker = BrokerAddress(host: "b", prefix: "studio/a", actor: "anna")
    #expect(broker.statusTopic == "studio/a/anna/status")
    #expect(broker.faceTopic(2) == "studio/a/anna/face/2")
  }
}
