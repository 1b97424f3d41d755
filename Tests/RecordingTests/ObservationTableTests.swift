import FaceCore
import Foundation
import Testing

@testable import Recording

/// Curves read back: Gurn's, the app's, the track's, and what is none of them.
@Suite struct ObservationTableTests {
  /// A table with the columns Timecode, BlendShapeCount and JawOpen.
  static func short(_ rows: [(String, Double)]) -> String {
    "Timecode,BlendShapeCount,JawOpen\n" + rows.map { "\($0.0),61,\($0.1)\n" }.joined()
  }

  static func face(_ index: Int) -> FaceObservation {
    var face = FaceObservation.absent(at: CaptureTime(seconds: Double(index) * 0.0333))
    face.isPresent = index % 7 != 3
    guard face.isPresent else { return face }
    face.confidence = 1
    for channel in 0..<52 { face.weights[channel] = Float((index * 13 + channel * 7) % 101) / 100 }
    face.pose.rotation = Quaternion(yaw: 0.3, pitch: -0.2, roll: Float(index) * 0.01)
    face.gaze = Gaze(leftYaw: 0.1, leftPitch: -0.1, rightYaw: 0.2, rightPitch: 0.05)
    return face
  }

  @Test func whatIsWrittenIsReadBack() throws {
    let faces = (0..<50).map(Self.face)
    // Across midnight.
    let text =
      LiveLinkCSV.header
      + faces.map { LiveLinkCSV.row($0, at: LiveLinkTimecode(secondsOfDay: 86_399.5 + $0.time.seconds)) }.joined()
    let table = try ObservationTable(text: text, path: "a.csv")
    #expect(table.format == .liveLinkFace && !table.isTorn)
    #expect(table.observations.count == faces.count)
    for (read, face) in zip(table.observations, faces) {
      // A sixty thousandth of a second is the timecode's unit.
      #expect(abs(read.time.seconds - face.time.seconds) < 2e-5)
      #expect(read.isPresent == face.isPresent)
      #expect((0..<52).allSatisfy { abs(read.weights[$0] - face.weights[$0]) < 1e-6 })
      let (a, b) = (read.pose.rotation.headAngles, face.pose.rotation.headAngles)
      #expect(abs(a.yaw - b.yaw) < 1e-4 && abs(a.pitch - b.pitch) < 1e-4 && abs(a.roll - b.roll) < 1e-4)
      #expect(abs(read.gaze.rightYaw - face.gaze.rightYaw) < 1e-6)
    }
  }

  @Test func aTrackIsReadBack() throws {
    try TrackCSVWriterTests.withFolder { folder in
      let path = folder.appending(path: "track.csv").path
      let writer = try TrackCSVWriter(path: path)
      for index in 0..<20 { try writer.append(Self.face(index), box: nil, processingMilliseconds: nil) }
      try writer.finish()
      let table = try ObservationTable(path: path)
      #expect(table.format == .track)
      for (index, read) in table.observations.enumerated() {
        let face = Self.face(index)
        #expect(abs(read.time.seconds - face.time.seconds) < 1e-6)
        #expect(read.isPresent == face.isPresent)
        #expect((0..<52).allSatisfy { abs(read.weights[$0] - face.weights[$0]) < 1e-5 })
        #expect(abs(read.pose.rotation.headAngles.roll - face.pose.rotation.headAngles.roll) < 1e-4)
      }
    }
  }

  /// The app counts frames of the rate that its user chose, and says nowhere which.
  @Test(arguments: [24.0, 25, 30, 60], [1.0, 2]) func theRateIsFoundWhereASecondTurns(rate: Double, step: Double) throws
  {
    let rows = (0..<Int(2.2 * rate / step)).map { index in
      let frame = 5 + Double(index) * step
      let second = Int(frame / rate)
      return (String(format: "10:00:%02d:%06.3f", second, frame - Double(second) * rate), 0.5)
    }
    let table = try ObservationTable(text: Self.short(rows), path: "app.csv")
    let times = table.observations.map(\.time.seconds)
    for (a, b) in zip(times, times.dropFirst()) { #expect(abs(b - a - step / rate) < 1e-6) }
  }

  @Test func rowsWithoutAFaceMayBeShort() throws {
    let text = "Timecode,BlendShapeCount,JawOpen\n10:00:00:01.000,1,0.5\n10:00:00:02.000,0\n10:00:00:03.000,1,0.25\n"
    let table = try ObservationTable(text: text, path: "app.csv")
    #expect(table.observations.map(\.isPresent) == [true, false, true])
    #expect(table.observations.map { $0.weights[.jawOpen] } == [0.5, 0, 0.25])
  }

  @Test func aLastRowThatIsCutOffIsLeftOut() throws {
    let text = Self.short([("10:00:00:01.000", 0.5), ("10:00:00:02.000", 0.75)])
    let table = try ObservationTable(text: String(text.dropLast(9)), path: "a.csv")
    #expect(table.observations.count == 1 && table.isTorn)
  }

  @Test(arguments: [
    ("", "a.csv: is empty; a header row is needed"),
    (
      "a,b\n1,2\n",
      "a.csv:1: is no table of a face: neither a column Timecode (Live Link Face) nor a column t (gurn track)"
    ),
    ("t,present\n0,1\n", "a.csv:1: has no column of an ARKit blendshape, such as jawOpen"),
    ("t,jawOpen\n", "a.csv: has no rows"),
    ("t,jawOpen\n0,much\n1,0\n", "a.csv:2: jawOpen is “much”; a number is needed"),
    ("t,jawOpen\n0,nan\n1,0\n", "a.csv:2: jawOpen is “nan”; a number is needed"),
    ("t,jawOpen\n0,1,2\n1,0\n", "a.csv:2: has 3 fields, and the header has 2"),
    ("t,jawOpen\n1e300,1\n1,0\n", "a.csv:2: t is 1e+300; seconds are needed"),
    ("Timecode,JawOpen\nnoon,1\n1,0\n", "a.csv:2: Timecode is “noon”; HH:MM:SS:FF.mmm is needed"),
  ]) func whatIsWrongIsNamedWithItsLine(text: String, message: String) {
    let error = #expect(throws: RecordingError.self) { try ObservationTable(text: text, path: "a.csv") }
    #expect(error?.description == message)
  }

  @Test func mutilatedTablesAreReadOrRefused() throws {
    let bytes = Array((LiveLinkCSV.header + LiveLinkCSV.row(Self.face(1), at: LiveLinkTimecode(secondsOfDay: 1))).utf8)
    var refused = 0
    for index in stride(from: 0, to: bytes.count, by: 3) {
      for byte in [UInt8(ascii: ","), UInt8(ascii: "\n"), UInt8(ascii: "9"), 0, 0xff, UInt8(ascii: "-")] {
        var mutated = bytes
        mutated[index] = byte
        do throws(RecordingError) {
          _ = try ObservationTable(text: String(decoding: mutated, as: UTF8.self), path: "a.csv")
        } catch { refused += 1 }
      }
    }
    #expect(refused > 100)
  }
}
