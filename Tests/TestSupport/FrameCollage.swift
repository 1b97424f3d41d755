import Capture
import FaceCore

/// Sessions laid into one picture, frame by frame: several people before one camera. It ends with the first of them.
package final class FrameCollage: FrameSource {
  /// A session, or a strip of it, and where it stands.
  package struct Piece {
    let path: String
    let columns: Range<Int>
    let left: (Double) -> Int

    /// - Parameters:
    ///   - columns: those of the session's frame that are shown.
    ///   - left: where column 0 of the session's frame lies in the collage, by seconds.
    package init(_ path: String, columns: Range<Int> = 0..<640, left: @escaping (Double) -> Int) {
      self.path = path
      self.columns = columns
      self.left = left
    }
  }

  package let description = "collage"
  package let nominalRate = 30.0
  package let frameCount: Int? = nil
  package let isLive = false
  package let damagedFrames = 0

  private let pieces: [(piece: Piece, source: VideoFile)]
  private let width: Int
  private let height: Int
  private let seconds: Double
  private let pixels: UnsafeMutableBufferPointer<UInt8>

  /// Pieces lie one over the other, the last in front, on grey.
  package init(width: Int, height: Int = 480, seconds: Double = .infinity, _ pieces: [Piece]) throws {
    self.pieces = try pieces.map { ($0, try VideoFile(path: $0.path)) }
    self.width = width
    self.height = height
    self.seconds = seconds
    pixels = .allocate(capacity: width * height)
  }

  deinit { pixels.deallocate() }

  package func next() throws(CaptureError) -> FrameRead {
    pixels.update(repeating: 96)
    var time: CaptureTime?
    for (piece, source) in pieces {
      guard case .frame(let frame) = try source.next() else { return .end }
      time = time ?? frame.time
      copy(frame, of: piece)
    }
    guard let time, time.seconds <= seconds, let first = pixels.baseAddress else { return .end }
    return .frame(Frame(pixels: first, width: width, height: height, stride: width, time: time))
  }

  private func copy(_ frame: Frame, of piece: Piece) {
    let left = piece.left(frame.time.seconds)
    let columns = piece.columns.clamped(to: 0..<frame.width).clamped(to: -left..<max(-left, width - left))
    for row in 0..<min(height, frame.height) {
      for column in columns { pixels[row * width + left + column] = frame.pixels[row * frame.stride + column] }
    }
  }
}
