import FaceCore
import TestSupport
import Testing

@testable import Broadcast

/// The datagrams that are not OSC: iFacialMocap's text, Live Link Face, opentrack.
@Suite struct BinarySchemaTests {
  private func frame(_ observation: FaceObservation) -> BroadcastFrame {
    BroadcastFrame(observation: observation, ageSeconds: 0, seconds: 1)
  }

  /// The head 30° to its left, 10° up: Unity's y and x angles are −30 and −10; its x is the head frame's −x.
  @Test func iFacialMocapIsThisText() throws {
    var schema = IFacialMocapSchema()
    let degree = Float.pi / 180
    var observation = face(
      .mouthSmileRight, 0.456, rotation: Quaternion(yaw: 30 * degree, pitch: 10 * degree, roll: 0),
      position: [0.125, 0.25, -0.5],
      gaze: Gaze(leftYaw: 20 * degree, leftPitch: 0, rightYaw: 0, rightPitch: -5 * degree))
    observation.weights[.jawLeft] = 1
    schema.encode(frame(observation))
    let packets = schema.datagrams.packets
    #expect(packets.count == 1)
    let text = String(decoding: packets[0], as: UTF8.self)
    #expect(text.hasPrefix("browInnerUp-0|browDown_L-0|browDown_R-0|browOuterUp_L-0|"))
    #expect(text.contains("|jawLeft-100|jawRight-0|"))
    #expect(text.contains("|mouthSmile_L-0|mouthSmile_R-46|"))
    let tail =
      "tongueOut-0|=head#-10.0000,-30.0000,0.0000,-0.1250,0.2500,-0.5000"
      + "|rightEye#5.0000,0.0000,0.0000|leftEye#0.0000,-20.0000,0.0000|"
    #expect(text.hasSuffix(tail), "\(text.suffix(tail.count))")
  }

  @Test func numbersAreWrittenAsDigits() {
    func text(_ write: (inout [UInt8]) -> Void) -> String {
      var bytes: [UInt8] = []
      write(&bytes)
      return String(decoding: bytes, as: UTF8.self)
    }
    #expect([0, 7, 10, 100, -42].map { n in text { $0.append(integer: n) } } == ["0", "7", "10", "100", "-42"])
    let decimals: [Float] = [0, 0.00004, -0.5, 12.34567, -.infinity, .nan, 3e38]
    #expect(
      decimals.map { n in text { $0.append(decimal: n) } } == [
        "0.0000", "0.0000", "-0.5000", "12.3457", "0.0000", "0.0000", "1000000000.0000",
      ])
  }

  @Test func liveLinkFaceIsTheseBytes() throws {
    var options = LiveLinkFaceSchema.Configuration()
    options.subject = "Ada"
    var schema = LiveLinkFaceSchema(options)
    // 2.5125 s at 60 frames a second: frame 150 and three quarters.
    var observation = face(.eyeBlinkLeft, 0.5, gaze: Gaze(leftYaw: 0.5, leftPitch: 0.25, rightYaw: 0, rightPitch: 0))
    observation.time = CaptureTime(seconds: 2.5125)
    observation.pose.rotation = Quaternion(yaw: 0.5, pitch: 0, roll: 0)
    schema.encode(frame(observation))
    let packet = try #require(schema.datagrams.packets.first)
    // Version 6, 36 bytes of identifier, 3 bytes "Ada", frame 150 + 0.75, rate 60/1, 61 values.
    #expect(Array(packet[0..<5]) == hex("06 00000024"))
    #expect(Array(packet[41..<48]) == hex("00000003 416461"))
    #expect(Array(packet[48..<65]) == hex("00000096 3f400000 0000003c 00000001 3d"))
    #expect(packet.count == 65 + 61 * 4)
    func value(_ index: Int) -> Float {
      Float(bitPattern: packet[(65 + 4 * index)..<(69 + 4 * index)].reduce(0) { $0 << 8 | UInt32($1) })
    }
    #expect(value(0) == 0.5 && value(1) == 0)
    // The head to its left is positive, the left eye to the left negative, up negative.
    #expect(abs(value(52) - 0.5) < 1e-6 && value(55) == -0.5 && value(56) == -0.25)
  }

  @Test func liveLinkFaceEndsBeforeTheCountWithoutAFace() throws {
    var schema = LiveLinkFaceSchema()
    schema.encode(frame(face(isPresent: false)))
    #expect(schema.datagrams.packets[0].count == 5 + 36 + 4 + 4 + 16)
    schema.encode(frame(face()))
    #expect(schema.datagrams.packets[0].count == 5 + 36 + 4 + 4 + 16 + 1 + 244)
  }

  /// 0.5 m before the camera, 0.25 m to the subject's left; the head 45° to its left and 30° up.
  @Test func opentrackIsTheseBytes() throws {
    var schema = OpentrackSchema()
    schema.encode(frame(face(position: [0.25, 0, -0.5])))
    // −25, 0, 50, 0, 0, 0 as little-endian doubles.
    #expect(
      schema.datagrams.packets == [
        hex("00000000000039c0 0000000000000000 0000000000004940") + Array(repeating: 0, count: 24)
      ])
    let degree = Float.pi / 180
    schema.encode(frame(face(rotation: Quaternion(yaw: 45 * degree, pitch: 30 * degree, roll: 0))))
    let packet = schema.datagrams.packets[0]
    let angles = (3..<6).map { index in
      Double(bitPattern: packet[(8 * index)..<(8 * index + 8)].reversed().reduce(0) { $0 << 8 | UInt64($1) })
    }
    #expect(zip(angles, [-45, 30, 0]).allSatisfy { abs($0 - $1) < 1e-4 })
    schema.encode(frame(face(isPresent: false)))
    #expect(schema.datagrams.packets.isEmpty)
  }
}
