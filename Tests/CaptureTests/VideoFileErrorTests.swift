import CAvformat
import Foundation
import Testing

@testable import Capture

/// Files that are no videos, or no longer whole ones.
@Suite struct VideoFileErrorTests {
  /// The error's one line of opening a file and reading all its frames; nil when that went well.
  static func complaint(_ path: String) -> String? {
    do {
      _ = try VideoFileTests.read(try VideoFile(path: path))
      return nil
    } catch {
      return "\(error)"
    }
  }

  /// A file of those bytes, in a folder that is removed afterwards.
  static func withFile<Result>(_ name: String, _ content: Data, _ body: (String) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: "file-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: name)
    try content.write(to: file)
    return try body(file.path)
  }

  /// One second of silence as a WAV file.
  static var silence: Data {
    func little<Number: FixedWidthInteger>(_ number: Number) -> Data {
      withUnsafeBytes(of: number.littleEndian) { Data($0) }
    }
    let samples = Data(count: 16000)
    return Data("RIFF".utf8) + little(UInt32(36 + samples.count)) + Data("WAVEfmt ".utf8) + little(UInt32(16))
      + little(UInt16(1)) + little(UInt16(1)) + little(UInt32(8000)) + little(UInt32(16000)) + little(UInt16(2))
      + little(UInt16(16)) + Data("data".utf8) + little(UInt32(samples.count)) + samples
  }

  @Test func aMissingFileIsNamed() {
    #expect(Self.complaint("/nowhere/clip.mp4") == "/nowhere/clip.mp4: no such file")
  }

  @Test func aFolderIsNoVideo() {
    let folder = FileManager.default.temporaryDirectory.path
    #expect(Self.complaint(folder) == "\(folder): is a directory; a video file is needed")
  }

  @Test func anEmptyFileIsCalledEmpty() throws {
    try Self.withFile("clip.mp4", Data()) { #expect(Self.complaint($0) == "\($0): is empty") }
  }

  @Test func textIsNoVideo() throws {
    let text = Data(String(repeating: "This is no video. ", count: 500).utf8)
    for name in ["notes.txt", "notes.mp4"] {
      try Self.withFile(name, text) { path in
        let complaint = try #require(Self.complaint(path))
        #expect(complaint.hasPrefix("\(path): "))
        #expect(complaint.contains("not a video"))
        #expect(!complaint.contains("\n"))
      }
    }
  }

  @Test func aPlaylistOpensNothingElse() throws {
    let list = Data("#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nhttp://127.0.0.1:9/clip.ts\n#EXT-X-ENDLIST\n".utf8)
    try Self.withFile("list.m3u8", list) { path in
      let complaint = try #require(Self.complaint(path))
      #expect(complaint.hasPrefix("\(path): "))
    }
  }

  @Test func soundAloneIsNoVideo() throws {
    try Self.withFile("sound.wav", Self.silence) {
      #expect(Self.complaint($0) == "\($0): has no video, only sound")
    }
  }

  @Test func aVideoOfOnePixelIsTooSmall() throws {
    let clip = try Clip(.init(codec: "ffv1", container: "mkv", pixels: AV_PIX_FMT_GRAY8, width: 1, height: 1))
    #expect(Self.complaint(clip.path) == "\(clip.path): is 1×1 pixels; at least 32×32 are needed")
  }

  @Test func aDeviceIsNoVideo() {
    #expect(Self.complaint("/dev/null") == "/dev/null: is not a regular file; a video file is needed")
  }

  @Test(arguments: [(64, 31), (31, 48)]) func oneShortEdgeIsTooSmall(width: Int, height: Int) throws {
    let clip = try Clip(
      .init(codec: "ffv1", container: "mkv", pixels: AV_PIX_FMT_GRAY8, width: width, height: height))
    #expect(Self.complaint(clip.path) == "\(clip.path): is \(width)×\(height) pixels; at least 32×32 are needed")
  }

  @Test(arguments: ["mp4", "mkv", "avi"]) func aTruncatedVideoGivesItsStartAndEnds(container: String) throws {
    let recipe = Clip.Recipe(
      codec: "mjpeg", container: container, pixels: AV_PIX_FMT_YUVJ422P, frames: 40, isIndexFirst: container == "mp4")
    let clip = try Clip(recipe)
    try clip.truncate(to: try clip.size / 2)
    let file = try VideoFile(path: clip.path)
    let pictures = try VideoFileTests.read(file)
    #expect((10..<30).contains(pictures.count), "\(pictures.count) frames")
    // The last frame may be cut in two.
    for (index, picture) in pictures.dropLast().enumerated() { #expect(VideoFileTests.error(picture, index) <= 2) }
    #expect(file.damagedFrames > 0)
  }

  @Test func damageInTheMiddleIsCountedAndPassed() throws {
    let clip = try Clip(.init(codec: "mjpeg", container: "avi", pixels: AV_PIX_FMT_YUVJ422P, frames: 40))
    var bytes = try Data(contentsOf: URL(filePath: clip.path))
    for index in bytes.count * 2 / 5..<bytes.count / 2 { bytes[index] = 0xFF }
    try bytes.write(to: URL(filePath: clip.path))
    let file = try VideoFile(path: clip.path)
    let pictures = try VideoFileTests.read(file)
    #expect(pictures.count > 25 && file.damagedFrames > 0, "\(pictures.count) frames, \(file.damagedFrames) faults")
    #expect(zip(pictures, pictures.dropFirst()).allSatisfy { $0.time < $1.time })
  }

  /// A file may be cut off in what says which streams it has.
  @Test(arguments: [0.05, 0.2, 0.5, 0.8]) func aFileWithoutItsIndexIsSaidToBeCutOff(fraction: Double) throws {
    let clip = try Clip(.init(codec: "mpeg4", container: "mp4", pixels: AV_PIX_FMT_YUV420P))
    try clip.truncate(to: Int(Double(try clip.size) * fraction))
    let complaint = try #require(Self.complaint(clip.path))
    #expect(complaint.contains("cut off") && !complaint.contains("\n"), Comment(rawValue: complaint))
  }

  @Test func changedBytesNeverTrap() throws {
    let clip = try Clip(.init(codec: "mpeg4", container: "mp4", pixels: AV_PIX_FMT_YUV420P, frames: 5))
    let whole = try Data(contentsOf: URL(filePath: clip.path))
    var random = SplitMix(state: 7)
    for _ in 0..<100 {
      var bytes = whole
      for _ in 0..<12 { bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(in: 0...255, using: &random) }
      try bytes.write(to: URL(filePath: clip.path))
      do throws(CaptureError) {
        let file = try VideoFile(path: clip.path)
        var count = 0
        while count < 1000, case .frame(let frame) = try file.next() {
          #expect(min(frame.width, frame.height) >= 32 && frame.stride >= frame.width)
          count += 1
        }
      } catch {
        #expect("\(error)".hasPrefix(clip.path))
      }
    }
  }

  @Test(arguments: ["mp4", "mkv", "avi"]) func aHeaderAloneIsAnError(container: String) throws {
    let clip = try Clip(.init(codec: "mpeg4", container: container, pixels: AV_PIX_FMT_YUV420P, frames: 40))
    for count in [40, 400] {
      try clip.truncate(to: count)
      let complaint = try #require(Self.complaint(clip.path), "\(count) bytes of \(container)")
      #expect(complaint.hasPrefix("\(clip.path): "))
    }
  }
}

/// Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", 2014, doi:10.1145/2714064.2660195.
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
