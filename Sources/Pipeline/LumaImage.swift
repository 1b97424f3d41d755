import FaceCore
import NeuralGraph

/// A luma picture that owns its memory: what frames are copied into between threads.
package struct LumaImage: Sendable {
  package private(set) var width = 0
  package private(set) var height = 0
  /// Row after row without gaps, 0…255.
  package private(set) var pixels: [UInt8] = []
  package private(set) var time = CaptureTime(nanoseconds: 0)

  package init() {}

  /// Copies a plane; allocates only when the size grows.
  package mutating func copy(_ plane: LumaPlane, at time: CaptureTime) {
    (width, height, self.time) = (plane.width, plane.height, time)
    if pixels.count != width * height { pixels = .init(repeating: 0, count: width * height) }
    pixels.withUnsafeMutableBufferPointer { target in
      for row in 0..<height {
        (target.baseAddress! + row * width).update(from: plane.pixels + row * plane.stride, count: width)
      }
    }
  }

  /// Lends the picture as a plane.
  package func withPlane<Result, Failure: Error>(
    _ body: (LumaPlane) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try pixels.withUnsafeBufferPointer { (buffer) throws(Failure) -> Result in
      try body(LumaPlane(pixels: buffer.baseAddress!, width: width, height: height, stride: width))
    }
  }
}
