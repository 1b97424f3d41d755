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
      #expect(Self.complaint($0) == "\($0): has no video stream that can be decoded")
    }
  }

  @Test func aVideoOfOnePixelIsTooSmall() throws {
    let clip = try Clip(.init(codec: "ffv1", container: "mkv", pixels: AV_PIX_FMT_GRAY8, width: 1, height: 1))
    #expect(Self.complaint(clip.path) == "\(clip.path): is 1×1 pixels; at least 32×32 are needed")
  }

  @Test(arguments: ["mkv", "avi"]) func aTruncatedVideoGivesItsStartAndEnds(container: String) throws {
    let recipe = Clip.Recipe(codec: "mjpeg", container: container, pixels: AV_PIX_FMT_YUVJ422P, frames: 40)
    let clip = try Clip(recipe)
    try clip.truncate(to: try clip.size / 2)
    let pictures = try VideoFileTests.read(try VideoFile(path: clip.path))
    #expect((10..<30).contains(pictures.count), "\(pictures.count) frames")
    // The last frame may be cut in two.
    for (index, picture) in pictures.dropLast().enumerated() { #expect(VideoFileTests.error(picture, index) <= 2) }
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
