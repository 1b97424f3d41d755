import FaceCore
import Foundation
import Testing

@testable import Recording

/// The track CSV's bytes, and how it comes to its name.
@Suite struct TrackCSVWriterTests {
  /// A folder of its own, removed afterwards.
  static func withFolder(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "track-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder)
  }

  static func rows(_ file: URL) throws -> [[String]] {
    try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
      .map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
  }

  /// A head turned by 90° to the subject's left, the jaw half open.
  static var face: FaceObservation {
    var face = FaceObservation.absent(at: CaptureTime(seconds: 1.5))
    face.isPresent = true
    face.confidence = 0.875
    face.weights[Blendshape.jawOpen] = 0.5
    let half = Float(0.5).squareRoot()
    face.pose.rotation = Quaternion(x: 0, y: half, z: 0, w: half)
    return face
  }

  @Test func theHeaderHasTheColumnsInOrder() throws {
    try Self.withFolder { folder in
      let file = folder.appending(path: "out.csv")
      try TrackCSVWriter(path: file.path).finish()
      let rows = try Self.rows(file)
      #expect(rows.count == 1)
      #expect(
        rows[0] == "t,present,confidence,yaw,pitch,roll,box_x,box_y,box_w,box_h,proc_ms".split(separator: ",").map(
          String.init)
          + Blendshape.allCases.map(\.name))
      #expect(rows[0].count == 63)
    }
  }

  @Test func aFaceFillsItsRow() throws {
    try Self.withFolder { folder in
      let file = folder.appending(path: "out.csv")
      let writer = try TrackCSVWriter(path: file.path)
      try writer.append(Self.face, box: SIMD4(10, 20.5, 100, 120), processingMilliseconds: 1.25)
      try writer.finish()
      let rows = try Self.rows(file)
      #expect(rows.count == 2)
      let row = Dictionary(uniqueKeysWithValues: zip(rows[0], rows[1]))
      #expect(row["t"] == "1.500000")
      #expect(row["present"] == "1")
      #expect(row["confidence"] == "0.8750")
      #expect(abs(try #require(Double(row["yaw"] ?? "")) - 90) < 0.05)
      for name in ["pitch", "roll"] { #expect(abs(try #require(Double(row[name] ?? ""))) < 0.05) }
      #expect(["box_x", "box_y", "box_w", "box_h"].map { row[$0] } == ["10.00", "20.50", "100.00", "120.00"])
      #expect(row["proc_ms"] == "1.250")
      #expect(row["jawOpen"] == "0.50000")
      #expect(row["eyeBlinkLeft"] == "0.00000")
      #expect(rows[1].count == rows[0].count)
    }
  }

  @Test func whatBelongsToAFaceIsEmptyWithoutOne() throws {
    try Self.withFolder { folder in
      let file = folder.appending(path: "out.csv")
      let writer = try TrackCSVWriter(path: file.path)
      try writer.append(.absent(at: CaptureTime(seconds: 0.04)), box: nil, processingMilliseconds: 0.5)
      try writer.finish()
      let text = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")[1]
      #expect(text == "0.040000,0,0.0000,,,,,,,,0.500" + String(repeating: ",", count: 52))
    }
  }

  @Test func aFaceWithoutABoxLeavesTheBoxEmpty() throws {
    try Self.withFolder { folder in
      let file = folder.appending(path: "out.csv")
      let writer = try TrackCSVWriter(path: file.path)
      try writer.append(Self.face, box: nil, processingMilliseconds: 0)
      try writer.finish()
      #expect(try Self.rows(file)[1][6..<10].allSatisfy(\.isEmpty))
    }
  }

  @Test func manyRowsAllArrive() throws {
    try Self.withFolder { folder in
      let file = folder.appending(path: "out.csv")
      let writer = try TrackCSVWriter(path: file.path)
      for index in 0..<1000 {
        var face = Self.face
        face.time = CaptureTime(seconds: Double(index) / 25)
        try writer.append(face, box: nil, processingMilliseconds: 1)
      }
      try writer.finish()
      let rows = try Self.rows(file)
      #expect(rows.count == 1001)
      #expect(rows.allSatisfy { $0.count == 63 })
      #expect(rows[1000][0] == "39.960000")
    }
  }

  @Test func theNameAppearsOnlyWhenTheFileIsWhole() throws {
    try Self.withFolder { folder in
      let file = folder.appending(path: "out.csv")
      let names = { try FileManager.default.contentsOfDirectory(atPath: folder.path) }
      let writer = try TrackCSVWriter(path: file.path)
      try writer.append(Self.face, box: nil, processingMilliseconds: 1)
      #expect(try names() == ["out.csv.part"])
      try writer.finish()
      #expect(try names() == ["out.csv"])
    }
  }

  @Test func anOlderFileStaysUntilTheNewOneIsWhole() throws {
    try Self.withFolder { folder in
      let file = folder.appending(path: "out.csv")
      try Data("old".utf8).write(to: file)
      let writer = try TrackCSVWriter(path: file.path)
      try writer.append(Self.face, box: nil, processingMilliseconds: 1)
      #expect(try String(contentsOf: file, encoding: .utf8) == "old")
      try writer.finish()
      #expect(try Self.rows(file).count == 2)
    }
  }

  @Test func discardingLeavesNothing() throws {
    try Self.withFolder { folder in
      let writer = try TrackCSVWriter(path: folder.appending(path: "out.csv").path)
      try writer.append(Self.face, box: nil, processingMilliseconds: 1)
      writer.discard()
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }
  }

  @Test func aFolderIsNoTarget() throws {
    try Self.withFolder { folder in
      #expect(throws: RecordingError.unwritable(path: folder.path, reason: "is a directory; a file name is needed")) {
        _ = try TrackCSVWriter(path: folder.path)
      }
    }
  }

  @Test func aMissingFolderIsReportedAtOnce() throws {
    try Self.withFolder { folder in
      let path = folder.appending(path: "missing/out.csv").path
      let reason = "can't be written: there is no folder \(folder.appending(path: "missing").path)"
      #expect(throws: RecordingError.unwritable(path: path, reason: reason)) {
        _ = try TrackCSVWriter(path: path)
      }
    }
  }

  @Test func aFullDiskIsReported() throws {
    // A device is written directly; this one takes no byte.
    let writer = try TrackCSVWriter(path: "/dev/full")
    try writer.append(Self.face, box: nil, processingMilliseconds: 1)
    let error = try #require(throws: RecordingError.self) { try writer.finish() }
    #expect(error.description.hasPrefix("/dev/full: writing failed ("))
    writer.discard()
    #expect(FileManager.default.fileExists(atPath: "/dev/full"))
  }
}
