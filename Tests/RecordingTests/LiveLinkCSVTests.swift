import FaceCore
import Foundation
import Testing

@testable import Recording

/// The bytes of Live Link Face's table, after a file of the app (alexdjulin/LiveLinkFace-CSV-Retarget-For-Motionbuilder).
@Suite struct LiveLinkCSVTests {
  static let appHeader =
    "Timecode,BlendShapeCount,EyeBlinkLeft,EyeLookDownLeft,EyeLookInLeft,EyeLookOutLeft,EyeLookUpLeft,EyeSquintLeft,"
    + "EyeWideLeft,EyeBlinkRight,EyeLookDownRight,EyeLookInRight,EyeLookOutRight,EyeLookUpRight,EyeSquintRight,"
    + "EyeWideRight,JawForward,JawRight,JawLeft,JawOpen,MouthClose,MouthFunnel,MouthPucker,MouthRight,MouthLeft,"
    + "MouthSmileLeft,MouthSmileRight,MouthFrownLeft,MouthFrownRight,MouthDimpleLeft,MouthDimpleRight,MouthStretchLeft,"
    + "MouthStretchRight,MouthRollLower,MouthRollUpper,MouthShrugLower,MouthShrugUpper,MouthPressLeft,MouthPressRight,"
    + "MouthLowerDownLeft,MouthLowerDownRight,MouthUpperUpLeft,MouthUpperUpRight,BrowDownLeft,BrowDownRight,BrowInnerUp,"
    + "BrowOuterUpLeft,BrowOuterUpRight,CheekPuff,CheekSquintLeft,CheekSquintRight,NoseSneerLeft,NoseSneerRight,TongueOut,"
    + "HeadYaw,HeadPitch,HeadRoll,LeftEyeYaw,LeftEyePitch,LeftEyeRoll,RightEyeYaw,RightEyePitch,RightEyeRoll"

  @Test func theHeaderIsTheApps() { #expect(LiveLinkCSV.header == Self.appHeader + "\n") }

  @Test func everyBlendshapeHasItsColumn() {
    #expect(Set(LiveLinkCSV.channels) == Set(Blendshape.allCases))
    #expect(LiveLinkCSV.channels.count == 52)
  }

  @Test(arguments: [
    (0.0, "00:00:00:00.000"), (47_584.527533333, "13:13:04:31.652"), (59.99999, "00:00:59:59.999"),
    (86_399.999999, "00:00:00:00.000"), (86_400.5, "00:00:00:30.000"), (3661.25, "01:01:01:15.000"),
  ]) func aMomentOfTheDayIsATimecode(seconds: Double, text: String) throws {
    let timecode = LiveLinkTimecode(secondsOfDay: seconds)
    #expect(timecode.text == text)
    #expect(LiveLinkTimecode(text) == timecode)
  }

  @Test(arguments: [
    "", "1:2:3", "24:00:00:00.000", "00:60:00:00", "00:00:61:00", "a:b:c:d", "00:00:00:-1", "00:00:00:00:00",
  ])
  func whatIsNoTimecodeIsRefused(text: String) { #expect(LiveLinkTimecode(text) == nil) }

  @Test func aFaceFillsItsRow() throws {
    var face = TrackCSVWriterTests.face
    face.gaze = Gaze(leftYaw: 0.25, leftPitch: -0.5, rightYaw: 0.125, rightPitch: 0.0625)
    let row = LiveLinkCSV.row(face, at: LiveLinkTimecode(secondsOfDay: 1.5))
    let fields = row.dropLast().split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    let names = Self.appHeader.split(separator: ",").map(String.init)
    let values = Dictionary(uniqueKeysWithValues: zip(names, fields))
    #expect(fields.count == 63)
    #expect(values["Timecode"] == "00:00:01:30.000")
    #expect(values["BlendShapeCount"] == "61")
    #expect(values["JawOpen"] == "0.5000000000")
    #expect(abs(try #require(Double(values["HeadYaw"] ?? "")) - .pi / 2) < 1e-3)
    #expect(
      ["LeftEyeYaw", "LeftEyePitch", "LeftEyeRoll", "RightEyeYaw", "RightEyePitch", "RightEyeRoll"].map {
        Double(values[$0] ?? "")
      } == [0.25, -0.5, 0, 0.125, 0.0625, 0])
  }

  @Test func aRowWithoutAFaceIsEmpty() {
    let row = LiveLinkCSV.row(.absent(at: CaptureTime(seconds: 3)), at: LiveLinkTimecode(secondsOfDay: 3))
    #expect(row == "00:00:03:00.000,0" + String(repeating: ",", count: 61) + "\n")
  }

  @Test func whatIsNoNumberIsNotWritten() {
    var face = TrackCSVWriterTests.face
    face.weights[Blendshape.jawOpen] = .nan
    face.gaze.leftYaw = .infinity
    let row = LiveLinkCSV.row(face, at: LiveLinkTimecode(secondsOfDay: 0)).lowercased()
    #expect(!row.contains("nan") && !row.contains("inf"))
  }
}
