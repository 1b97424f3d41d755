import FaceCore
import NeuralGraph

/// A luma picture that owns its memory: what frames are copied into between threads. Or one that lies in a camera's buffer,
/// until it is copied after all.
package struct LumaImage: Sendable {
  package private(set) var width = 0
  package private(set) var height = 0
  /// Row after row without gaps, 0…255; not the picture's while there is a ``buffer``.
  package private(set) var pixels: [UInt8] = []
  package private(set) var time = CaptureTime(nanoseconds: 0)

  /// The camera's buffer that the picture lies in, held from the driver.
  package private(set) var buffer: CameraBuffer?

  package init() {}

  /// Takes a picture where it lies, upright as it comes, and holds the buffer.
  package mutating func borrow(_ buffer: CameraBuffer, at time: CaptureTime) {
    buffer.hold()
    self.buffer = buffer
    self.time = time
    (width, height) = (buffer.layout.width, buffer.layout.height)
  }

  /// Copies a borrowed picture and gives the buffer back; allocates only when the size grows.
  package mutating func copyBorrowed() {
    guard let buffer else { return }
    if pixels.count != width * height { pixels = .init(repeating: 0, count: width * height) }
    pixels.withUnsafeMutableBufferPointer { buffer.copyLuma(to: $0.baseAddress!) }
    release()
  }

  /// Gives the camera its buffer back, and the picture with it.
  package mutating func release() {
    buffer?.release()
    buffer = nil
  }

  /// Copies a plane, turned upright; allocates only when the size grows.
  package mutating func copy(_ plane: LumaPlane, at time: CaptureTime, orientation: FrameOrientation = .init()) {
    self.time = time
    let turns = orientation.clockwiseTurns & 3
    (width, height) = turns & 1 == 0 ? (plane.width, plane.height) : (plane.height, plane.width)
    if pixels.count != width * height { pixels = .init(repeating: 0, count: width * height) }
    // Where the first pixel of the copy lies in the plane, and the steps there for one pixel right and one row down.
    let (last, bottom) = (plane.width - 1, (plane.height - 1) * plane.stride)
    var (start, right, down) =
      switch turns {
      case 0: (0, 1, plane.stride)
      case 1: (bottom, -plane.stride, 1)
      case 2: (bottom + last, -1, -plane.stride)
      default: (last, plane.stride, -1)
      }
    if orientation.isMirrored {
      start += right * (width - 1)
      right = -right
    }
    let (columns, rows) = (width, height)
    pixels.withUnsafeMutableBufferPointer { target in
      for row in 0..<rows {
        let to = target.baseAddress! + row * columns
        let from = plane.pixels + start + row * down
        if right == 1 {
          to.update(from: from, count: columns)
        } else {
          for column in 0..<columns { to[column] = from[column * right] }
        }
      }
    }
  }

  /// Lends the picture as a plane.
  package func withPlane<Result, Failure: Error>(
    _ body: (LumaPlane) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    precondition(buffer == nil, "a picture in a camera's buffer is copied first")
    return try pixels.withUnsafeBufferPointer { (buffer) throws(Failure) -> Result in
      try body(LumaPlane(pixels: buffer.baseAddress!, width: width, height: height, stride: width))
    }
  }
}

/// How a source's picture has to be turned to stand upright and unmirrored.
package struct FrameOrientation: Sendable, Equatable {
  /// Quarter turns clockwise, 0…3; applied before ``isMirrored``.
  package var clockwiseTurns: Int
  /// Whether left and right change places after the turn.
  package var isMirrored: Bool

  package init(clockwiseTurns: Int = 0, isMirrored: Bool = false) {
    self.clockwiseTurns = clockwiseTurns
    self.isMirrored = isMirrored
  }
}
