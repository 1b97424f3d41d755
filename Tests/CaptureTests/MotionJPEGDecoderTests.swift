import CAvformat
import FaceCore
import Foundation
import Testing

@testable import Capture

/// Frames as an MJPEG camera sends them.
@Suite struct MotionJPEGDecoderTests {
  static let time = CaptureTime(seconds: 3)

  /// One JPEG of ``Clip/luma(_:_:_:)``'s frame 0, chroma halved sideways as cameras do.
  static func jpeg() throws -> [UInt8] {
    let clip = try Clip(.init(codec: "mjpeg", container: "mjpeg", pixels: AV_PIX_FMT_YUVJ422P, frames: 1))
    return [UInt8](try Data(contentsOf: URL(filePath: clip.path)))
  }

  /// The mean of |decoded − encoded|, nil where nothing was decoded.
  static func error(_ decoder: MotionJPEGDecoder, _ jpeg: [UInt8]) throws -> Double? {
    try jpeg.withUnsafeBufferPointer { bytes in
      guard let frame = try decoder.luma(of: bytes, at: time) else { return nil }
      #expect((frame.width, frame.height, frame.time) == (64, 48, time))
      var sum = 0
      for y in 0..<frame.height {
        for x in 0..<frame.width { sum += abs(Int(frame.pixels[y * frame.stride + x]) - Int(Clip.luma(0, x, y))) }
      }
      return Double(sum) / Double(frame.width * frame.height)
    }
  }

  @Test func lumaIsThatOfTheJPEG() throws {
    let error = try Self.error(try MotionJPEGDecoder(path: "/dev/video0"), try Self.jpeg())
    #expect(try #require(error) <= 2)
  }

  @Test func theHuffmanTablesMayBeMissing() throws {
    // Removes the DHT segments: two bytes of marker, then the segment's length including itself.
    var jpeg = try Self.jpeg()
    var removed = 0
    while let start = jpeg.indices.dropLast(3).first(where: { jpeg[$0] == 0xFF && jpeg[$0 + 1] == 0xC4 }) {
      jpeg.removeSubrange(start..<start + 2 + Int(jpeg[start + 2]) << 8 + Int(jpeg[start + 3]))
      removed += 1
    }
    #expect(removed > 0)
    let error = try Self.error(try MotionJPEGDecoder(path: "/dev/video0"), jpeg)
    #expect(try #require(error) <= 2)
  }

  @Test func damagedFramesAreLeftAndTheNextOneIsRead() throws {
    let jpeg = try Self.jpeg()
    let decoder = try MotionJPEGDecoder(path: "/dev/video0")
    for damaged in [[], [0xFF], [UInt8](repeating: 0x5A, count: 5000), Array(jpeg.prefix(20))] {
      #expect(try Self.error(decoder, damaged) == nil)
      #expect(try #require(try Self.error(decoder, jpeg)) <= 2)
    }
  }

  @Test func paddingAfterTheFrameDoesNoHarm() throws {
    let padded = try Self.jpeg() + [UInt8](repeating: 0, count: 100)
    let error = try Self.error(try MotionJPEGDecoder(path: "/dev/video0"), padded)
    #expect(try #require(error) <= 2)
  }
}
